import { createReadStream, createWriteStream } from 'node:fs';
import { basename, extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PrivateFolder } from '../documents/privateFolder.ts';

/**
 * Copies the first `end` bytes of a file, which are the document as a signature signed it.
 *
 * @returns the copy's path, in the private folder.
 */
export async function copyRevision(path: string, end: number, folder: PrivateFolder): Promise<string> {
	const extension = extname(path);
	const copy = await folder.place(`${basename(path, extension)}-as-signed${extension}`);
	await pipeline(createReadStream(path, { end: end - 1 }), createWriteStream(copy, { mode: 0o600, flags: 'wx' }));
	return copy;
}
