import { randomBytes } from 'node:crypto';
import { PdfError } from '../../core/pdf/pdfError.ts';
import type { DocumentHandle, OpenDocument } from '../../preload/contract.ts';
import type { Description } from '../reading/description.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import { DocumentError } from './documentError.ts';
import { PinnedFile } from './pinnedFile.ts';

/** More documents than a person has open: a window that opens without end runs into this. */
const MOST_OPEN = 1000;

/** Milliseconds between two looks at whether a document that is shown was changed on disk. */
const LOOK_EVERY = 2000;

/** A document behind a handle. */
export interface OpenFile {
	readonly handle: DocumentHandle;
	readonly file: PinnedFile;
	/** What it holds, as it was read when it was opened; the bytes are pinned. */
	readonly description: Description;
	readonly password: string | undefined;
	/** Null for a file that lies in our private folder: it has no place a person knows. */
	readonly folder: string | null;
	/** Looked at within something else: it is not one of the documents that the window has open. */
	readonly aside: boolean;
}

/** The documents that are open in the window, each pinned to the bytes it was opened with. */
export class OpenDocuments {
	readonly #open = new Map<DocumentHandle, OpenFile>();
	readonly #reported = new Set<DocumentHandle>();
	readonly #reading: ReadingPool;
	readonly #isPrivate: (path: string) => boolean;
	readonly #watch: NodeJS.Timeout;

	/**
	 * @param reading where files are read: no host does that in its own thread.
	 * @param isPrivate whether a path is one of ours that means nothing to a person.
	 * @param changed told once for each document whose bytes on disk are no longer those that were opened.
	 */
	constructor(reading: ReadingPool, isPrivate: (path: string) => boolean, changed: (handle: DocumentHandle) => void) {
		this.#reading = reading;
		this.#isPrivate = isPrivate;
		this.#watch = setInterval(() => void this.#look(changed), LOOK_EVERY).unref();
	}

	/**
	 * @throws {ToldFailure} with a `PdfError`'s code for what is no PDF; {@link ReadingError} for a document that was given
	 * up; {@link DocumentError}; system errors for what cannot be read.
	 */
	async open(path: string, password?: string): Promise<OpenDocument> {
		return this.#pin(path, password, false);
	}

	/** The same for a document that is looked at within something else, and closed again. */
	async openAside(path: string, password: string | undefined): Promise<OpenDocument> {
		return this.#pin(path, password, true);
	}

	async #pin(path: string, password: string | undefined, aside: boolean): Promise<OpenDocument> {
		if (this.#open.size >= MOST_OPEN) {
			throw new DocumentError('too-many-open', `${MOST_OPEN} documents are open already.`, {
				hint: 'Close some first.',
			});
		}
		const file = await PinnedFile.open(path);
		try {
			const description = await this.#describe(file, password);
			// The brand is given here and nowhere else.
			const handle = randomBytes(16).toString('base64url') as DocumentHandle;
			const folder = this.#isPrivate(path) ? null : file.folder;
			const entry = { handle, file, description, password, folder, aside };
			this.#open.set(handle, entry);
			return openDocument(entry);
		} catch (error) {
			await file.close();
			throw error;
		}
	}

	/** @throws {DocumentError} `document-unknown` */
	get(handle: DocumentHandle): OpenFile {
		const entry = this.#open.get(handle);
		if (entry) return entry;
		throw new DocumentError('document-unknown', 'This document is not open.', { hint: 'Open it again.' });
	}

	/** Opens the same bytes with a password, under the same handle. @throws {PdfError} `encrypted-password` */
	async unlock(handle: DocumentHandle, password: string): Promise<OpenDocument> {
		const { file, folder, aside } = this.get(handle);
		const description = await this.#describe(file, password);
		if (description.locked) throw new PdfError('encrypted-password', `this password does not open ${file.name}`);
		// It may have been closed meanwhile.
		this.get(handle);
		const entry = { handle, file, description, password, folder, aside };
		this.#open.set(handle, entry);
		return openDocument(entry);
	}

	/** What is at the document's place now, under a new handle; the old one is closed. */
	async reopen(handle: DocumentHandle): Promise<OpenDocument> {
		const { file, password } = this.get(handle);
		const opened = await this.open(file.path, password);
		await this.close(handle);
		return opened;
	}

	async close(handle: DocumentHandle): Promise<void> {
		const entry = this.#open.get(handle);
		if (!entry) return;
		this.#open.delete(handle);
		this.#reported.delete(handle);
		await entry.file.close();
	}

	/** As they were opened, oldest first. */
	list(): readonly OpenDocument[] {
		return [...this.#open.values()].filter(({ aside }) => !aside).map(openDocument);
	}

	async closeAll(): Promise<void> {
		clearInterval(this.#watch);
		await Promise.all([...this.#open.keys()].map((handle) => this.close(handle)));
	}

	/** What was read is what is pinned. */
	async #describe(file: PinnedFile, password: string | undefined): Promise<Description> {
		await file.refuseIfChanged();
		const description = await this.#reading.run('describeDocument', { path: file.path, password });
		await file.refuseIfChanged();
		return description;
	}

	async #look(changed: (handle: DocumentHandle) => void): Promise<void> {
		for (const { handle, file } of this.#open.values()) {
			if (this.#reported.has(handle)) continue;
			const isChanged = await file.refuseIfChanged().then(
				() => false,
				() => true,
			);
			if (!isChanged || !this.#open.has(handle)) continue;
			this.#reported.add(handle);
			changed(handle);
		}
	}
}

function openDocument({ handle, file, folder, description }: OpenFile): OpenDocument {
	return { handle, name: file.name, folder, size: file.size, sha256: file.sha256, ...description };
}
