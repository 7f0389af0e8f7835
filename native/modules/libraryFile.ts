/** A look at a driver's file before it is loaded: whether it is there, and for which machine it was made. */
import { closeSync, openSync, readSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { TokenError } from '../../core/ports/tokenError.ts';

export type LibraryFormat = 'elf' | 'mach-o' | 'pe';
export interface LibraryKind {
	readonly format: LibraryFormat;
	/** As in `process.arch`; a universal Mach-O has several. Empty where it is one Paraph knows nothing of. */
	readonly architectures: readonly string[];
}

const header = 4096;
const formats: Readonly<Record<string, LibraryFormat>> = { linux: 'elf', darwin: 'mach-o', win32: 'pe' };

/**
 * Refuses a library that is missing, not a library, or of another architecture, in words that the system's loader does
 * not have. A bare name is left to the loader, which knows its own folders.
 *
 * @throws {TokenError} `module-missing`, `module-broken`, `module-architecture`.
 */
export function checkLibrary(path: string): void {
	if (basename(path) === path && !isAbsolute(path)) return;
	const kind = libraryKind(readHeader(path));
	if (kind === undefined || kind.format !== formats[process.platform])
		throw new TokenError('module-broken', `${path} is not a driver for this operating system.`, {
			hint: 'Name the PKCS#11 library itself (.so, .dylib or .dll), as the maker of the token installs it.',
			subject: path,
		});
	if (kind.architectures.length > 0 && !kind.architectures.includes(process.arch))
		throw new TokenError(
			'module-architecture',
			`${path} is made for ${kind.architectures.join(' and ')}, Paraph runs as ${process.arch}.`,
			{ hint: `Install the ${process.arch} edition of the token's driver.`, subject: path },
		);
}

function readHeader(path: string): Uint8Array {
	try {
		const file = openSync(path, 'r');
		try {
			const bytes = new Uint8Array(header);
			return bytes.subarray(0, readSync(file, bytes, 0, header, 0));
		} finally {
			closeSync(file);
		}
	} catch (cause) {
		throw new TokenError('module-missing', `The driver ${path} cannot be read.`, {
			hint: "Install the token's driver, or correct the path (module-path of the URI, or the configuration).",
			subject: path,
			cause,
		});
	}
}

/** Reads the first octets of an ELF, Mach-O or PE file; undefined where it is none of them. */
export function libraryKind(bytes: Uint8Array): LibraryKind | undefined {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	if (view.byteLength < 64) return undefined;
	const magic = view.getUint32(0);
	if (magic === 0x7f454c46) return elf(view);
	if (magic === 0xcffaedfe || magic === 0xcefaedfe) return machO([view.getUint32(4, true)]);
	if (magic === 0xcafebabe) return fatMachO(view);
	if (magic >>> 16 === 0x4d5a) return pe(view);
	return undefined;
}

/** e_ident[EI_CLASS], e_ident[EI_DATA], e_machine. */
function elf(view: DataView): LibraryKind {
	const machines: Readonly<Record<number, string>> = {
		3: 'ia32',
		8: 'mips',
		21: 'ppc64',
		22: 's390x',
		40: 'arm',
		62: 'x64',
		183: 'arm64',
		243: 'riscv64',
		258: 'loong64',
	};
	const machine = machines[view.getUint16(18, view.getUint8(5) === 1)];
	return { format: 'elf', architectures: machine === undefined ? [] : [machine] };
}

function machO(types: readonly number[]): LibraryKind {
	const names: Readonly<Record<number, string>> = { 7: 'ia32', 16777223: 'x64', 16777228: 'arm64' };
	return { format: 'mach-o', architectures: types.flatMap((type) => names[type] ?? []) };
}

/** fat_header and fat_arch, big-endian; a Java class has the same magic and a version where the count stands. */
function fatMachO(view: DataView): LibraryKind | undefined {
	const count = view.getUint32(4);
	if (count === 0 || count > 16 || 8 + count * 20 > view.byteLength) return undefined;
	return machO(Array.from({ length: count }, (_, i) => view.getUint32(8 + i * 20)));
}

function pe(view: DataView): LibraryKind | undefined {
	const offset = view.getUint32(0x3c, true);
	if (offset + 6 > view.byteLength || view.getUint32(offset) !== 0x50450000) return undefined;
	const machines: Readonly<Record<number, string>> = { 332: 'ia32', 34404: 'x64', 43620: 'arm64' };
	const machine = machines[view.getUint16(offset + 4, true)];
	return { format: 'pe', architectures: machine === undefined ? [] : [machine] };
}
