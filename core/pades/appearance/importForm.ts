/** A page of a PDF made for the purpose becomes a form XObject of a document's update. */
import { BytesSource } from '../../pdf/byteSource.ts';
import { compressed } from '../../pdf/compressedStream.ts';
import { PdfDocument } from '../../pdf/document.ts';
import type { IncrementalUpdate } from '../../pdf/incrementalUpdate.ts';
import { name, PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream } from '../../pdf/objects.ts';
import { definesCmyk, pdfAPart } from '../../pdf/pdfA.ts';
import { SigningError } from '../signingError.ts';
import type { Mark } from './drawMark.ts';

export interface FormShape {
	/** As displayed, in 1/72 inch. */
	readonly width: number;
	readonly height: number;
	/** Turns the form with a rotated page. */
	readonly matrix: readonly number[];
}

/**
 * Copies the mark's one page, with everything it uses, into the update.
 *
 * The copy conforms to PDF/A-1 and later: no transparency, colours that do not depend on the device, whatever output
 * intent the document has.
 *
 * @throws {SigningError} `image-unreadable` for an image in CMYK where a document conforming to PDF/A has no profile for it.
 */
export function importForm(update: IncrementalUpdate, mark: Mark, shape: FormShape): PdfRef {
	const source = PdfDocument.open(new BytesSource(mark.pdf));
	const page = source.pages.get(0);
	const copy = new ObjectCopy(source, update);
	const resources = copy.object(page.resources ?? PdfDict.of({}));
	const dict = PdfDict.of({
		Type: name('XObject'),
		Subtype: name('Form'),
		BBox: new PdfArray([0, 0, shape.width, shape.height]),
		Matrix: new PdfArray(shape.matrix),
		Resources: resources instanceof PdfDict ? resources.with({ ColorSpace: deviceIndependent }) : resources,
	});
	return update.addStream(dict, pageContent(source, page.dict));
}

function pageContent(source: PdfDocument, page: PdfDict): Uint8Array {
	const contents = page.get('Contents');
	const streams = contents instanceof PdfArray ? [...contents] : [contents ?? null];
	const parts = streams.flatMap((stream) =>
		stream instanceof PdfStream ? [source.streamData(stream), Buffer.from('\n')] : [],
	);
	return Buffer.concat(parts);
}

/** sRGB by its primaries and white point, with its gamma nearly (ISO 32000-2, 8.6.5.2, 8.6.5.3). */
const white = new PdfArray([0.9505, 1, 1.089]);
const calRgb = new PdfArray([
	name('CalRGB'),
	PdfDict.of({
		WhitePoint: white,
		Gamma: new PdfArray([2.2, 2.2, 2.2]),
		Matrix: new PdfArray([0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505]),
	}),
]);
const calGray = new PdfArray([name('CalGray'), PdfDict.of({ WhitePoint: white, Gamma: 2.2 })]);
/** ISO 32000-2, 8.6.5.6: what DeviceRGB and DeviceGray mean inside this form. */
const deviceIndependent = PdfDict.of({ DefaultRGB: calRgb, DefaultGray: calGray });

/** Objects of one document under new numbers in another's update, each once. */
class ObjectCopy {
	readonly #source: PdfDocument;
	readonly #update: IncrementalUpdate;
	readonly #copies = new Map<number, PdfRef>();

	constructor(source: PdfDocument, update: IncrementalUpdate) {
		this.#source = source;
		this.#update = update;
	}

	object(object: PdfObject): PdfObject {
		if (object instanceof PdfRef) return this.#reference(object);
		if (object instanceof PdfArray) return new PdfArray(object.items.map((item) => this.object(item)));
		if (object instanceof PdfDict) return this.#dict(object);
		if (object instanceof PdfStream) return this.#stream(object);
		return object;
	}

	#reference(ref: PdfRef): PdfRef {
		const known = this.#copies.get(ref.number);
		if (known) return known;
		const copy = this.#update.allocate();
		this.#copies.set(ref.number, copy);
		this.#update.set(copy, this.object(this.#source.get(ref)));
		return copy;
	}

	#dict(dict: PdfDict): PdfDict {
		const entries = Object.fromEntries([...dict.entries()].map(([key, value]) => [key, this.object(value)]));
		const copied = PdfDict.of(entries);
		return dict.name('Type') === 'FontDescriptor' ? this.#withCharacterSet(dict, copied) : copied;
	}

	#stream(stream: PdfStream): PdfStream {
		if (stream.dict.name('ColorSpace') === 'DeviceCMYK') this.#refuseInPdfA();
		if (stream.dict.has('SMask')) return this.#opaque(stream);
		return new PdfStream(this.#dict(stream.dict), this.#source.encodedData(stream));
	}

	/** ISO 19005-1, 6.2.3.3: four colours need a profile, which the mark cannot bring along. */
	#refuseInPdfA(): void {
		const { document } = this.#update;
		if (pdfAPart(document) === undefined || definesCmyk(document)) return;
		throw new SigningError(
			'image-unreadable',
			'the image is in CMYK, and with it the document would not conform to PDF/A any more',
		);
	}

	/** An image with an alpha channel, laid on white: ISO 19005-1, 6.4 forbids soft masks. */
	#opaque(image: PdfStream): PdfStream {
		const mask = image.dict.stream('SMask');
		const colours = Buffer.from(this.#source.streamData(image));
		const alpha = mask ? this.#source.streamData(mask) : new Uint8Array(0);
		const channels = image.dict.name('ColorSpace') === 'DeviceGray' ? 1 : 3;
		for (let i = 0; i < colours.length; i++) {
			const opacity = (alpha[Math.floor(i / channels)] ?? 255) / 255;
			colours[i] = Math.round(255 - (255 - (colours[i] ?? 0)) * opacity);
		}
		const dict = this.#dict(image.dict.with({ SMask: undefined, Filter: undefined, DecodeParms: undefined }));
		return compressed(dict, colours);
	}

	/** Names the glyphs that a subset has: ISO 19005-1, 6.3.5 asks for it. */
	#withCharacterSet(original: PdfDict, copied: PdfDict): PdfDict {
		const program = original.stream('FontFile2');
		if (!program) return copied;
		const glyphs = glyphCount(this.#source.streamData(program));
		const set = new Uint8Array(Math.ceil(glyphs / 8)).fill(0xff);
		if (glyphs % 8 > 0) set[set.length - 1] = (0xff << (8 - (glyphs % 8))) & 0xff;
		return copied.with({ CIDSet: this.#update.addStream(PdfDict.of({}), set) });
	}
}

/** `numGlyphs` of the `maxp` table of a TrueType font. */
function glyphCount(font: Uint8Array): number {
	const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
	for (let table = 0; table < view.getUint16(4); table++) {
		const record = 12 + table * 16;
		if (Buffer.from(font.subarray(record, record + 4)).toString('latin1') !== 'maxp') continue;
		return view.getUint16(view.getUint32(record + 8) + 4);
	}
	throw new TypeError('a TrueType font without a maxp table');
}
