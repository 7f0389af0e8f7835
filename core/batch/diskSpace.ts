/** Whether everything that is to be written fits, all of it together. */
import { statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { SigningError } from '../pades/signingError.ts';

/** Counts what is to be written on each disk against what is free there. */
export class DiskSpace {
	/** Free bytes that nothing was promised to yet, by device. */
	readonly #free = new Map<number, number>();

	/**
	 * Takes the room of one more file.
	 *
	 * @throws {SigningError} `disk-full` when it is more than the files before have left; system errors for the folder.
	 */
	take(path: string, bytes: number): void {
		const folder = dirname(path);
		const { dev } = statSync(folder);
		const free = this.#free.get(dev) ?? freeIn(folder);
		if (bytes > free) {
			throw new SigningError('disk-full', `${folder}: ${bytes} more bytes are needed, ${free} would be left`, {
				subject: folder,
			});
		}
		this.#free.set(dev, free - bytes);
	}
}

function freeIn(folder: string): number {
	const { bavail, bsize } = statfsSync(folder);
	return bavail * bsize;
}
