import { randomBytes } from 'node:crypto';
import type { PickedFile } from '../../preload/contract.ts';
import { DocumentError } from './documentError.ts';

/** Files that are no documents: the window holds an id, and never learns the path. */
export class PickedFiles {
	readonly #paths = new Map<PickedFile, string>();

	pick(path: string): PickedFile {
		// The brand is given here and nowhere else.
		const id = randomBytes(16).toString('base64url') as PickedFile;
		this.#paths.set(id, path);
		return id;
	}

	/** @throws {DocumentError} `document-unknown` */
	pathOf(id: PickedFile): string {
		const path = this.#paths.get(id);
		if (path !== undefined) return path;
		throw new DocumentError('document-unknown', 'This file was not picked.', { hint: 'Pick it again.' });
	}
}
