import { statSync } from 'node:fs';
import { LARGE } from '../pades/content.ts';
import { Draft } from '../pades/draft.ts';
import { checkOutput, OutputFile } from '../pades/outputFile.ts';
import type { BatchItem } from './signBatch.ts';

/** A file that is open; a large one is being hashed and, where the signature goes into it, copied. */
export interface BegunFile {
	readonly draft: Draft;
	readonly output: OutputFile;
}

const roomForSignature = 64 * 1024;

/**
 * @param mark of the run, where it has a journal.
 * @throws {SigningError} as `checkOutput` does; {PdfError} `file-unreadable`.
 */
export function beginFile({ file, out, overwrite, password, detached }: BatchItem, mark?: string): BegunFile {
	checkOutput(file, out, overwrite, roomForSignature);
	const draft = Draft.open(file, { password, digest: 'sha256' });
	const output = new OutputFile(out, overwrite, mark);
	if (draft.isLarge && !detached) output.beginCopy(file);
	return { draft, output };
}

/**
 * Begins the first file of a run, where it is large, while the key is still being looked for: finding a token takes as long
 * as hashing some hundred megabytes.
 */
export class HeadStart implements AsyncDisposable {
	readonly #item: BatchItem | undefined;
	#begun: BegunFile | undefined;

	constructor(item: BatchItem | undefined) {
		this.#item = item;
		try {
			if (item && statSync(item.file).size >= LARGE) this.#begun = beginFile(item);
		} catch {
			// Whatever it is comes again, and is told, when it is the file's turn.
		}
	}

	/** The file where it was begun: from now on the caller's to close. */
	take(item: BatchItem): BegunFile | undefined {
		if (item !== this.#item) return undefined;
		const begun = this.#begun;
		this.#begun = undefined;
		return begun;
	}

	/** Removes what a run that never came to the file has written. */
	async [Symbol.asyncDispose](): Promise<void> {
		this.#begun?.draft.close();
		await this.#begun?.output.discard();
	}
}
