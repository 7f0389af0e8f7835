import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OutputFile } from '../pades/outputFile.ts';
import { RoomError } from './roomError.ts';

/** Replaces a file of a room's own, for its owner alone: it is the old one or the new one, never half. */
export function replaceFile(path: string, content: Uint8Array | string): void {
	const partial = join(dirname(path), `.${randomUUID()}.part`);
	const file = openSync(partial, 'wx', 0o600);
	try {
		writeFileSync(file, content);
		fsyncSync(file);
	} finally {
		closeSync(file);
	}
	renameSync(partial, path);
}

/** Replaces a folder of a room's own and all that is in it. */
export function replaceFolder(
	folder: string,
	files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): void {
	const next = `${folder}.${randomUUID()}`;
	mkdirSync(next, { recursive: true, mode: 0o700 });
	for (const { name, bytes } of files) writeFileSync(join(next, name), bytes, { mode: 0o600 });
	rmSync(folder, { recursive: true, force: true });
	renameSync(next, folder);
}

/**
 * Writes new files into a folder, which is made if need be: all of them, or none.
 *
 * @param files names that were checked to be plain, or to be so in a plain folder.
 * @throws {RoomError} `output-exists`
 */
export async function layOut(
	folder: string,
	files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<void> {
	refuseExisting(files.map(({ name }) => join(folder, name)));
	for (const path of [folder, ...files.map(({ name }) => dirname(join(folder, name)))])
		mkdirSync(path, { recursive: true });
	const outputs = files.map(({ name }) => new OutputFile(join(folder, name), 'never'));
	const committed: string[] = [];
	try {
		for (const [index, { bytes }] of files.entries()) await outputs[index]?.write(bytes, []);
		for (const output of outputs) {
			output.commit();
			committed.push(output.path);
		}
	} catch (error) {
		for (const path of committed) rmSync(path);
		throw error;
	} finally {
		for (const output of outputs) await output.discard();
	}
}

/** A link that leads nowhere is there too. @throws {RoomError} `output-exists` */
export function refuseExisting(paths: readonly string[]): void {
	for (const path of paths) {
		if (lstatSync(path, { throwIfNoEntry: false }))
			throw new RoomError('output-exists', `${path} exists already`, { subject: path });
	}
}
