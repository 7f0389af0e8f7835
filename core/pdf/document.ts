/** A PDF, read where it is asked about and nowhere else. */
import type { ByteSource } from './byteSource.ts';
import { PrefixSource } from './byteSource.ts';
import { type CrossReference, findStartXref, readCrossReference } from './crossReference.ts';
import { decryptObject } from './encryption/decryptObject.ts';
import type { Encryption } from './encryption/encryption.ts';
import { openEncryption } from './encryption/openEncryption.ts';
import { decodeStream } from './filters.ts';
import { readIndirectObject } from './indirectObject.ts';
import { ObjectStreams } from './objectStreams.ts';
import { PdfDict, type PdfObject, PdfRef, PdfStream, type Resolver } from './objects.ts';
import { PageTree } from './pages.ts';
import { PdfError } from './pdfError.ts';
import { rebuildCrossReference } from './rebuild.ts';
import { findRevisions, type Revision } from './revisions.ts';
import type { XrefEntry } from './xrefSection.ts';

export type PdfWarningCode =
	| 'junk-before-header'
	| 'header-missing'
	| 'cross-reference-rebuilt'
	| 'object-unreadable'
	| 'stream-length-wrong';

/** Something about the file that is not as it should be, and did not keep it from being read. */
export interface PdfWarning {
	readonly code: PdfWarningCode;
	/** English, one sentence. */
	readonly message: string;
}

export interface OpenOptions {
	/** User or owner password, in any Unicode form; without one the empty password is tried. */
	readonly password?: string | undefined;
}

/** Bytes that a decoded stream may have where the caller does not say. */
const DEFAULT_STREAM_LIMIT = 64 * 1024 * 1024;
const OBJECTS_KEPT = 20_000;
const HEADER_WITHIN = 1024;
const MAXIMUM_CHAIN = 64;
const MAXIMUM_WARNINGS = 100;

export class PdfDocument implements Resolver {
	readonly source: ByteSource;
	/** Bytes of junk before `%PDF-`. */
	readonly headerOffset: number;
	/** From the header; the catalog may name a later one, see `version`. */
	readonly headerVersion: string;
	readonly warnings: readonly PdfWarning[];
	readonly pages: PageTree;
	readonly #options: OpenOptions;
	readonly #warnings: PdfWarning[] = [];
	readonly #objects = new Map<number, PdfObject>();
	readonly #loading = new Set<number>();
	readonly #objectStreams: ObjectStreams;
	#crossReference: CrossReference | undefined;
	#rebuilt = false;
	#cutOff = false;
	#misledFor: number | undefined;
	#encryption: Encryption | undefined;
	#revisions: readonly Revision[] | undefined;

	private constructor(source: ByteSource, options: OpenOptions) {
		this.source = source;
		this.#options = options;
		this.warnings = this.#warnings;
		this.#objectStreams = new ObjectStreams(this);
		this.pages = new PageTree(this);
		const head = Buffer.from(source.read(0, HEADER_WITHIN)).toString('latin1');
		const header = /%PDF-(\d\.\d)?/.exec(head);
		this.headerOffset = header?.index ?? 0;
		this.headerVersion = header?.[1] ?? '1.4';
		if (header === null) this.#warn('header-missing', 'The file does not begin with a PDF header.');
		if (this.headerOffset > 0) {
			this.#warn('junk-before-header', `There are ${this.headerOffset} bytes before the PDF header.`);
		}
	}

	/**
	 * Opens a document: reads its end, its cross-reference and its catalog.
	 *
	 * @throws {PdfError} `not-a-pdf`, `damaged`, `encrypted-password`, `encrypted-unsupported`, `too-large`.
	 */
	static open(source: ByteSource, options: OpenOptions = {}): PdfDocument {
		const document = new PdfDocument(source, options);
		document.#open();
		return document;
	}

	/** The trailer of the newest cross-reference section. */
	get trailer(): PdfDict {
		return this.crossReference.trailer;
	}

	/** The catalog (7.7.2). */
	get catalog(): PdfDict {
		const catalog = this.trailer.get('Root');
		if (!(catalog instanceof PdfDict)) throw new PdfError('damaged', 'the document has no catalog');
		return catalog;
	}

	/** The later of header and catalog, as in `1.7` (7.2.2). */
	get version(): string {
		const named = this.catalog.name('Version');
		return named !== undefined && /^\d\.\d$/.test(named) && named > this.headerVersion ? named : this.headerVersion;
	}

	/** How the document is encrypted, and what its owner permits; `undefined` when it is not encrypted. */
	get encryption(): Encryption | undefined {
		return this.#encryption;
	}

	get crossReference(): CrossReference {
		if (this.#crossReference === undefined) throw new PdfError('damaged', 'the cross-reference is not there yet');
		return this.#crossReference;
	}

	/** Whether objects were found by scanning the file because its cross-reference is damaged. */
	get rebuilt(): boolean {
		return this.#rebuilt;
	}

	/** The file ends in the middle: what is left can be read, and nobody knows what is missing. */
	get cutOff(): boolean {
		return this.#cutOff;
	}

	/** Number of the object whose entry in the cross-reference led elsewhere, where that is why the file was scanned. */
	get misledFor(): number | undefined {
		return this.#misledFor;
	}

	/** What each save left, oldest first. A rebuilt document has one, ending where the file does. */
	get revisions(): readonly Revision[] {
		this.#revisions ??= findRevisions(this.source, this.crossReference);
		return this.#revisions;
	}

	/**
	 * The document as the first `end` bytes of the file hold it: as a reader would have shown it when the file ended there.
	 *
	 * @throws {PdfError} as `open` does: the end need not be one where a document ended.
	 */
	viewAt(end: number): PdfDocument {
		return end >= this.source.size ? this : PdfDocument.open(new PrefixSource(this.source, end), this.#options);
	}

	/** Where an object is; `undefined` when the file says nothing of it. */
	entry(number: number): XrefEntry | undefined {
		return this.crossReference.lookup(number);
	}

	/** The object with this number; `null` where there is none, it is free, or the generation is another. */
	get(ref: PdfRef): PdfObject {
		const kept = this.#objects.get(ref.number);
		if (kept !== undefined) return kept;
		// An object that is asked for while it is read (a stream's /Length that is the stream): no value yet.
		if (this.#crossReference === undefined || this.#loading.has(ref.number)) return null;
		this.#loading.add(ref.number);
		try {
			const object = this.#load(ref.number);
			if (this.#objects.size >= OBJECTS_KEPT) this.#objects.clear();
			this.#objects.set(ref.number, object);
			return object;
		} finally {
			this.#loading.delete(ref.number);
		}
	}

	resolve(object: PdfObject): PdfObject {
		let value = object;
		for (let step = 0; value instanceof PdfRef; step++) {
			if (step === MAXIMUM_CHAIN) return null;
			value = this.get(value);
		}
		return value;
	}

	/**
	 * The data of a stream, decrypted and decoded.
	 *
	 * @param maximumSize bytes, encoded and decoded.
	 * @throws {PdfError} `too-large` beyond it, `damaged` when it cannot be decoded.
	 */
	streamData(stream: PdfStream, maximumSize = DEFAULT_STREAM_LIMIT): Uint8Array {
		return decodeStream(stream.dict, this.encodedData(stream, maximumSize), maximumSize);
	}

	/** The data of a stream, decrypted and as its filters left it. @throws {PdfError} `too-large` */
	encodedData(stream: PdfStream, maximumSize = DEFAULT_STREAM_LIMIT): Uint8Array {
		const { data } = stream;
		if (data instanceof Uint8Array) return data;
		if (data.length > maximumSize) {
			throw new PdfError('too-large', `a stream of ${data.length} bytes is longer than ${maximumSize}`, {
				offset: data.offset,
			});
		}
		const bytes = data.source.read(data.offset, data.length);
		return this.#encryption === undefined ? bytes : this.#encryption.decryptStream(stream.dict, data.owner, bytes);
	}

	/** The numbers of the objects in an object stream, in their order. */
	numbersInObjectStream(stream: PdfStream): readonly number[] {
		return this.#objectStreams.numbers(stream);
	}

	#open(): void {
		const startxref = findStartXref(this.source);
		if (startxref !== undefined) {
			try {
				this.#crossReference = readCrossReference(this.source, startxref, this.headerOffset, this);
				this.#openEncryption();
			} catch (error) {
				if (!(error instanceof PdfError) || !isDamage(error)) throw error;
				this.#crossReference = undefined;
			}
		}
		// A chain that does not lead to the pages is cut somewhere.
		if (this.#crossReference === undefined || !(this.#findCatalog()?.get('Pages') instanceof PdfDict)) this.#rebuild();
		if (this.#findCatalog() === undefined) throw new PdfError('damaged', 'the document has no catalog');
	}

	#findCatalog(): PdfDict | undefined {
		const root = this.trailer.get('Root');
		if (!(root instanceof PdfDict)) return undefined;
		return root.raw('Pages') !== undefined || root.name('Type') === 'Catalog' ? root : undefined;
	}

	#openEncryption(): void {
		this.#encryption = openEncryption(this.trailer, this.#options.password);
		// What was looked at on the way to the key is now to be read with it.
		this.#objects.clear();
	}

	#rebuild(): void {
		this.#rebuilt = true;
		this.#crossReference = undefined;
		this.#objects.clear();
		this.#objectStreams.clear();
		this.#warn('cross-reference-rebuilt', 'The cross-reference is damaged; objects were found by scanning the file.');
		this.#encryption = undefined;
		const rebuilt = rebuildCrossReference(this.source, this.headerOffset, this);
		this.#crossReference = rebuilt.crossReference;
		this.#cutOff = rebuilt.cutOff;
		this.#openEncryption();
		rebuilt.addObjectStreams();
		this.#objects.clear();
	}

	#load(number: number): PdfObject {
		const entry = this.crossReference.lookup(number);
		if (entry === undefined || entry.kind === 'free') return null;
		try {
			const object = entry.kind === 'offset' ? this.#loadAt(number, entry.offset) : this.#loadCompressed(number, entry);
			if (object !== undefined) return object;
		} catch (error) {
			if (!(error instanceof PdfError) || !isDamage(error)) throw error;
			if (this.#rebuilt) {
				this.#warn('object-unreadable', `Object ${number} cannot be read: ${error.message}.`);
				return null;
			}
		}
		if (this.#rebuilt) return null;
		this.#misledFor = number;
		this.#rebuild();
		return this.#load(number);
	}

	/** @returns `undefined` when another object, or none, is there. */
	#loadAt(number: number, offset: number): PdfObject | undefined {
		if (offset >= this.source.size) return undefined;
		const found = readIndirectObject(this.source, offset, this);
		if (found === undefined || found.ref.number !== number) return undefined;
		if (found.lengthWrong) this.#warn('stream-length-wrong', `The stream in object ${number} has a wrong length.`);
		return this.#encryption === undefined
			? found.object
			: decryptObject(found.object, found.ref, this.#encryption, this);
	}

	#loadCompressed(number: number, entry: { container: number; index: number }): PdfObject | undefined {
		const container = this.get(new PdfRef(entry.container));
		return container instanceof PdfStream ? this.#objectStreams.object(container, number, entry.index) : undefined;
	}

	#warn(code: PdfWarningCode, message: string): void {
		if (this.#warnings.length < MAXIMUM_WARNINGS) this.#warnings.push({ code, message });
	}
}

/** Damage can be helped by scanning the file; a missing password or a vanished disk cannot. */
function isDamage(error: PdfError): boolean {
	return error.code === 'damaged' || error.code === 'too-large' || error.code === 'not-a-pdf';
}
