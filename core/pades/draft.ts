import { AppendedSource, type ByteSource, BytesSource, FileSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import type { DocumentDigest } from '../ports/algorithms.ts';
import { type Content, LARGE, LargeContent, SmallContent } from './content.ts';
import { giveBuffer, takeBuffer } from './fileBuffers.ts';
import { type OutputFile, type Overwrite, whole } from './outputFile.ts';
import { SigningError } from './signingError.ts';

/** All there is to remember of a draft whose file is closed. */
export interface KeptDraft {
	readonly added: Uint8Array;
	readonly inputDigest: Uint8Array;
}

/** A file and what has been added to it so far, in memory: nothing is written before all that can be had is there. */
export class Draft implements Content {
	readonly path: string;
	readonly #content: Content;
	readonly #file: FileSource;
	readonly password: string | undefined;
	/** Holds the bytes of a file of ordinary size; goes back when the draft is closed. */
	#buffer: Uint8Array | undefined;
	#added: Uint8Array = new Uint8Array(0);
	#document: PdfDocument | undefined;

	private constructor(
		path: string,
		file: FileSource,
		content: Content,
		password: string | undefined,
		buffer: Uint8Array | undefined,
	) {
		this.path = path;
		this.#file = file;
		this.#content = content;
		this.password = password;
		this.#buffer = buffer;
	}

	/**
	 * Opens a file; a large one begins to be hashed at once.
	 *
	 * @throws {PdfError} `file-unreadable`.
	 */
	static open(
		path: string,
		options: { readonly password?: string | undefined; readonly digest: DocumentDigest },
	): Draft {
		const file = FileSource.open(path);
		try {
			if (file.size >= LARGE) {
				return new Draft(path, file, new LargeContent(file, options.digest), options.password, undefined);
			}
			const buffer = takeBuffer(file.size);
			const content = new SmallContent(new BytesSource(file.readInto(buffer)));
			return new Draft(path, file, content, options.password, buffer);
		} catch (error) {
			file.close();
			throw error;
		}
	}

	/**
	 * Opens a file again that was closed meanwhile to save memory, with what was added to it.
	 *
	 * @throws {SigningError} `document-changed`; {PdfError} `file-unreadable`.
	 */
	static async reopen(path: string, options: Parameters<typeof Draft.open>[1], kept: KeptDraft): Promise<Draft> {
		const draft = Draft.open(path, options);
		try {
			if (Buffer.compare(await draft.inputDigest(), kept.inputDigest) !== 0) throw documentChanged(path);
		} catch (error) {
			draft.close();
			throw error;
		}
		if (kept.added.length > 0) draft.append(kept.added);
		return draft;
	}

	/** The file with everything added. */
	get source(): ByteSource {
		return this.#added.length === 0 ? this.#content.source : new AppendedSource(this.#content.source, this.#added);
	}

	/** The document as it is with everything added. @throws {PdfError} */
	get document(): PdfDocument {
		this.#document ??= PdfDocument.open(this.source, { password: this.password });
		return this.#document;
	}

	/** What was added since the file was opened. */
	get added(): Uint8Array {
		return this.#added;
	}

	get isChanged(): boolean {
		return this.#added.length > 0;
	}

	get isLarge(): boolean {
		return this.#content instanceof LargeContent;
	}

	append(update: Uint8Array): void {
		const longer = new Uint8Array(this.#added.length + update.length);
		longer.set(this.#added);
		longer.set(update, this.#added.length);
		this.#added = longer;
		this.#document = undefined;
	}

	digest(algorithm: DocumentDigest, ...added: readonly Uint8Array[]): Promise<Uint8Array> {
		return this.#content.digest(algorithm, this.#added, ...added);
	}

	/** SHA-256 of the file as it was opened. */
	inputDigest(): Promise<Uint8Array> {
		return this.#content.digest('sha256');
	}

	/** What {@link reopen} wants. */
	async kept(): Promise<KeptDraft> {
		return { added: this.#added, inputDigest: await this.inputDigest() };
	}

	/**
	 * Writes file and additions to the output, which is begun already where the file is large.
	 *
	 * @throws {SigningError} `document-changed` when what was copied may be other bytes than those that were hashed.
	 */
	async write(output: OutputFile): Promise<void> {
		if (this.isLarge && !this.#file.isUntouched) throw documentChanged(this.path);
		await output.write(this.isLarge ? undefined : this.#content.source.read(0, this.#content.source.size), [
			this.#added,
		]);
	}

	/** Writes file and additions to a new output, whole. @throws as {@link write}; {SigningError} `output-exists` */
	async save(out: string, overwrite: Overwrite): Promise<void> {
		await whole(out, overwrite, (output) => {
			if (this.isLarge) output.beginCopy(this.path);
			return this.write(output);
		});
	}

	close(): void {
		this.#content.close();
		this.#file.close();
		if (this.#buffer) giveBuffer(this.#buffer);
		this.#buffer = undefined;
	}
}

function documentChanged(path: string): SigningError {
	return new SigningError('document-changed', `${path} was changed while it was being worked on`, { subject: path });
}
