/** The files of a ZIP container, all in memory and bounded (EN 319 162-1 §4.1 asks for plain ZIP). */
import { unzipSync } from 'fflate';
import type { ByteSource } from '../../pdf/byteSource.ts';
import { ContainerError } from './containerError.ts';

const LARGEST = 128 * 1024 * 1024;
const MOST_FILES = 10_000;

/** Name to content, folders left out. @throws {ContainerError} */
export function readZip(source: ByteSource): ReadonlyMap<string, Uint8Array> {
	if (source.size > LARGEST) throw tooLarge();
	const names = new Set<string>();
	let total = 0;
	try {
		const files = unzipSync(source.read(0, source.size), {
			filter({ name, originalSize }) {
				if (names.has(name)) throw new ContainerError('container-ambiguous', `the container has two files '${name}'`);
				names.add(name);
				total += originalSize;
				if (total > LARGEST || names.size > MOST_FILES) throw tooLarge();
				return !name.endsWith('/');
			},
		});
		return new Map(Object.entries(files));
	} catch (cause) {
		if (cause instanceof ContainerError) throw cause;
		throw new ContainerError('container-damaged', 'the container cannot be unpacked', { cause });
	}
}

const tooLarge = (): ContainerError =>
	new ContainerError('container-too-large', `the container holds more than ${LARGEST / 2 ** 20} MiB or too many files`);
