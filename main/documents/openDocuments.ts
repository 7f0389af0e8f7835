import { randomBytes } from 'node:crypto';
import { FileSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import { PdfError } from '../../core/pdf/pdfError.ts';
import type { DocumentHandle, OpenDocument } from '../../preload/contract.ts';
import { describeDocument } from './describeDocument.ts';
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
	/** Null while a password is wanted. */
	readonly document: PdfDocument | null;
	readonly password: string | undefined;
	/** Null for a file that lies in our private folder: it has no place a person knows. */
	readonly folder: string | null;
}

/** The documents that are open in the window, each pinned to the bytes it was opened with. */
export class OpenDocuments {
	readonly #open = new Map<DocumentHandle, OpenFile & { readonly source: FileSource }>();
	readonly #reported = new Set<DocumentHandle>();
	readonly #isPrivate: (path: string) => boolean;
	readonly #watch: NodeJS.Timeout;

	/**
	 * @param isPrivate whether a path is one of ours that means nothing to a person.
	 * @param changed told once for each document whose bytes on disk are no longer those that were opened.
	 */
	constructor(isPrivate: (path: string) => boolean, changed: (handle: DocumentHandle) => void) {
		this.#isPrivate = isPrivate;
		this.#watch = setInterval(() => void this.#look(changed), LOOK_EVERY).unref();
	}

	/** @throws {PdfError} for what is no PDF; {@link DocumentError}; system errors for what cannot be read. */
	async open(path: string, password?: string): Promise<OpenDocument> {
		if (this.#open.size >= MOST_OPEN) {
			throw new DocumentError('too-many-open', `${MOST_OPEN} documents are open already.`, {
				hint: 'Close some first.',
			});
		}
		const file = await PinnedFile.open(path);
		let source: FileSource | undefined;
		try {
			source = FileSource.open(path);
			const document = openUnlessLocked(source, password);
			// The brand is given here and nowhere else.
			const handle = randomBytes(16).toString('base64url') as DocumentHandle;
			const folder = this.#isPrivate(path) ? null : file.folder;
			const entry = { handle, file, source, document, password, folder };
			const described = describeDocument(entry);
			this.#open.set(handle, entry);
			return described;
		} catch (error) {
			source?.close();
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
		const { file, folder } = this.get(handle);
		await file.refuseIfChanged();
		const source = FileSource.open(file.path);
		const entry = { handle, file, source, document: openOrClose(source, password), password, folder };
		this.#open.get(handle)?.source.close();
		this.#open.set(handle, entry);
		return describeDocument(entry);
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
		entry.source.close();
		await entry.file.close();
	}

	/** As they were opened, oldest first. */
	list(): readonly OpenDocument[] {
		return [...this.#open.values()].map(describeDocument);
	}

	async closeAll(): Promise<void> {
		clearInterval(this.#watch);
		await Promise.all([...this.#open.keys()].map((handle) => this.close(handle)));
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

function openOrClose(source: FileSource, password: string): PdfDocument {
	try {
		return PdfDocument.open(source, { password });
	} catch (error) {
		source.close();
		throw error;
	}
}

/** A document that wants a password is open all the same: the person will be asked for it. */
function openUnlessLocked(source: FileSource, password: string | undefined): PdfDocument | null {
	try {
		return PdfDocument.open(source, { password });
	} catch (error) {
		if (error instanceof PdfError && error.code === 'encrypted-password') return null;
		throw error;
	}
}
