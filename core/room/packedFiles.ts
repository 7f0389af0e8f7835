import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { maximumBundleSize } from './container.ts';
import { RoomError } from './roomError.ts';

/**
 * Reads a file that is to go into a bundle, or is one: from media that nobody can vouch for.
 *
 * @throws {RoomError} `not-a-file` for links, folders and devices; `file-changed`, `bundle-too-large`.
 */
export function readPackedFile(path: string): { readonly name: string; readonly bytes: Uint8Array } {
	if (!lstatSync(path).isFile())
		throw new RoomError('not-a-file', `${path} is a link, a folder or a device`, { subject: path });
	const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
	try {
		const before = fstatSync(file);
		if (before.size > maximumBundleSize)
			throw new RoomError('bundle-too-large', `${path} has ${before.size} bytes`, { subject: path });
		const bytes = readFileSync(file);
		const after = fstatSync(file);
		if (bytes.length !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs)
			throw new RoomError('file-changed', `${path} changed while it was read`, { subject: path });
		return { name: basename(path), bytes };
	} finally {
		closeSync(file);
	}
}
