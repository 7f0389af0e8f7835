import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

/** A folder for this run alone: readable by its owner only (mkdtemp gives 0700), and gone when the run ends. */
export class PrivateFolder {
	readonly path: string;
	#count = 0;

	constructor() {
		this.path = mkdtempSync(join(tmpdir(), 'paraph-'));
	}

	/** A path for a file of this name, in a folder of its own, so that no two clash. */
	async place(name: string): Promise<string> {
		this.#count += 1;
		const folder = join(this.path, String(this.#count));
		await mkdir(folder, { mode: 0o700 });
		return join(folder, safeName(name));
	}

	contains(path: string): boolean {
		return path.startsWith(this.path + sep);
	}

	/** Safe to call twice. */
	remove(): void {
		rmSync(this.path, { recursive: true, force: true });
	}
}

/** What the window calls a dropped file is a name, whatever it contains: never a path, never hidden, never endless. */
export function safeName(name: string): string {
	const base = name
		.normalize('NFC')
		// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
		.replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, '_')
		.replace(/^\.+/, '');
	// File systems count bytes: 255 of them, some of which `-signed` will want.
	let short = base;
	while (Buffer.byteLength(short) > 200) short = [...short].slice(0, -10).join('');
	if (short === base) return base || 'document.pdf';
	return `${short}.pdf`;
}
