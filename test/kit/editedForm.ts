/** A tagged form to sign and then to change as an attacker would: by an update that our own writer appends. */
import type { SignatureOptions } from '../../core/pades/options.ts';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import { IncrementalUpdate } from '../../core/pdf/incrementalUpdate.ts';
import { name, PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream, PdfString } from '../../core/pdf/objects.ts';
import { sampleDocument } from '../../core/pdf/sampleDocument.ts';
import type { ChangeAnalysis, ChangeKind, ChangeLevel } from '../../core/validation/changes/change.ts';
import { collectFacts } from '../../core/validation/facts/documentFacts.ts';
import { type DemoPki, type Issued, startDemoPki } from './demoPki.ts';
import { SigningFolder } from './keySigner.ts';

export const page = new PdfRef(3);
export const content = new PdfRef(4);
export const font = new PdfRef(5);
export const form = new PdfRef(6);
export const nameField = new PdfRef(7);
export const amountField = new PdfRef(8);
export const nameAppearance = new PdfRef(9);
export const comment = new PdfRef(10);
export const structure = new PdfRef(12);
export const documentElement = new PdfRef(13);
export const parentTree = new PdfRef(14);
export const paragraph = new PdfRef(15);

const objects: Readonly<Record<number, string>> = {
	1: '<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R/StructTreeRoot 12 0 R/MarkInfo<</Marked true>>>>',
	2: '<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>',
	3: '<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[7 0 R 8 0 R 10 0 R]/StructParents 0>>',
	4: '<</Length 55>>stream\n/P<</MCID 0>>BDC BT/F1 12 Tf 72 700 Td(pay 100)Tj ET EMC\nendstream',
	5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
	6: '<</Fields[7 0 R 8 0 R]/DA(/F1 12 Tf)/DR<</Font<</F1 5 0 R>>>>>>',
	7: '<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/V(Kari)/Rect[72 600 272 620]/P 3 0 R/AP<</N 9 0 R>>>>',
	8: '<</Type/Annot/Subtype/Widget/FT/Tx/T(amount)/Rect[72 560 272 580]/P 3 0 R>>',
	9: '<</Type/XObject/Subtype/Form/BBox[0 0 200 20]/Length 27>>stream\nBT/F1 12 Tf 2 5 Td(Kari)Tj ET\nendstream',
	10: '<</Type/Annot/Subtype/Text/Rect[400 700 420 720]/Contents(why?)/P 3 0 R>>',
	12: '<</Type/StructTreeRoot/K 13 0 R/ParentTree 14 0 R/ParentTreeNextKey 1>>',
	13: '<</Type/StructElem/S/Document/P 12 0 R/K[15 0 R]>>',
	14: '<</Nums[0[15 0 R]]>>',
	15: '<</Type/StructElem/S/P/P 13 0 R/Pg 3 0 R/K 0>>',
};

/** A tagged form: two text fields, one comment, one paragraph. */
export const sample = sampleDocument({ objects });

/** The form as somebody might prepare it before it is signed: some objects otherwise, by number. */
export const preparedSample = (changes: Readonly<Record<number, string>>, trailer = ''): Buffer =>
	sampleDocument({ objects: { ...objects, ...changes }, trailer });

/** Changes to a document, written behind it. */
export class Edit {
	readonly #update: IncrementalUpdate;
	readonly #document: PdfDocument;

	constructor(bytes: Uint8Array) {
		this.#document = PdfDocument.open(new BytesSource(bytes));
		this.#update = new IncrementalUpdate(this.#document);
	}

	dict(ref: PdfRef): PdfDict {
		const object = this.#update.get(ref);
		if (object instanceof PdfDict) return object;
		throw new TypeError(`${ref} is no dictionary`);
	}

	/** Changes entries of a dictionary. */
	change(ref: PdfRef, entries: Readonly<Record<string, PdfObject | undefined>>): this {
		this.#update.set(ref, this.dict(ref).with(entries));
		return this;
	}

	changeCatalog(entries: Readonly<Record<string, PdfObject | undefined>>): this {
		return this.change(this.#update.catalogRef(), entries);
	}

	set(ref: PdfRef, object: PdfObject): this {
		this.#update.set(ref, object);
		return this;
	}

	add(entries: Readonly<Record<string, PdfObject | undefined>>): PdfRef {
		return this.#update.add(PdfDict.of(entries));
	}

	addStream(data: string, entries: Readonly<Record<string, PdfObject | undefined>> = {}): PdfRef {
		return this.#update.addStream(PdfDict.of(entries), Buffer.from(data));
	}

	addAnnotation(entries: Readonly<Record<string, PdfObject | undefined>>): PdfRef {
		const annotation = this.add({ Type: name('Annot'), Rect: numbers(72, 400, 172, 450), P: page, ...entries });
		const others = this.dict(page).array('Annots') ?? new PdfArray([]);
		this.change(page, { Annots: others.concat(annotation) });
		return annotation;
	}

	finish(): Uint8Array {
		return Buffer.concat([this.#document.source.read(0, this.#document.source.size), this.#update.finish().bytes]);
	}
}

export const numbers = (...values: number[]): PdfArray => new PdfArray(values);
export const text = (value: string): PdfString => PdfString.fromText(value);
export const stream = (data: string): PdfStream => new PdfStream(PdfDict.of({}), Buffer.from(data));

/** An update written by hand: what no writer of ours would write. */
export interface RawUpdate {
	/** Syntax by object number. */
	readonly objects?: Readonly<Record<number, string>>;
	/** Entries of the cross-reference table in place of those for `objects`: `number` to `offset generation type`. */
	readonly entries?: readonly (readonly [number: number, entry: string])[];
	/** Further trailer entries. */
	readonly trailer?: string;
}

/** The document with an update behind it, in the terms of a cross-reference table. */
export function appended(bytes: Uint8Array, { objects = {}, entries = [], trailer = '' }: RawUpdate): Uint8Array {
	const document = PdfDocument.open(new BytesSource(bytes));
	let body = Buffer.from(bytes).toString('latin1');
	const rows: (readonly [number, string])[] = [...entries];
	for (const [number, syntax] of Object.entries(objects)) {
		if (!entries.some(([own]) => own === Number(number)))
			rows.push([Number(number), `${String(body.length).padStart(10, '0')} 00000 n`]);
		body += `${number} 0 obj\n${syntax}\nendobj\n`;
	}
	const [newest] = document.crossReference.sections;
	const table = rows.map(([number, entry]) => `${number} 1\n${entry} \n`).join('');
	const root = document.trailer.ref('Root');
	const tail = `trailer\n<</Size ${document.crossReference.size + 50}/Root ${root}/Prev ${newest?.offset}${trailer}>>\n`;
	return Buffer.from(`${body}xref\n${table}${tail}startxref\n${body.length}\n%%EOF\n`, 'latin1');
}

/** What the first signature says of what came after it. */
export function changesOf(bytes: Uint8Array): ChangeAnalysis {
	const [first] = collectFacts(PdfDocument.open(new BytesSource(bytes))).signatures;
	if (!first) throw new TypeError('no signature');
	return first.changes;
}

/** Signs forms, and tells what their signature says of changes. Close it when done. */
export class FormDesk {
	readonly folder = new SigningFolder();
	readonly kari: Issued;
	readonly #pki: DemoPki;
	readonly #signed = new Map<string, Promise<Uint8Array>>();

	private constructor(pki: DemoPki) {
		this.#pki = pki;
		this.kari = pki.issue({ key: 'p256' });
	}

	static async open(): Promise<FormDesk> {
		return new FormDesk(await startDemoPki());
	}

	/** The document with a signature; each kind is signed once. */
	signed(options: Partial<SignatureOptions> = {}, document: Buffer = sample): Promise<Uint8Array> {
		const key = JSON.stringify(options) + document.toString('latin1');
		const known = this.#signed.get(key) ?? this.folder.sign(document, this.kari, options).then(({ bytes }) => bytes);
		this.#signed.set(key, known);
		return known;
	}

	/** Level and kinds of what an edit did after the signature. */
	async since(
		edit: (edit: Edit) => unknown,
		options: Partial<SignatureOptions> = {},
		document: Buffer = sample,
	): Promise<{ level: ChangeLevel; what: readonly ChangeKind[] }> {
		const update = new Edit(await this.signed(options, document));
		edit(update);
		return summary(update.finish());
	}

	/** Likewise for an update written by hand. */
	async sinceRaw(
		update: RawUpdate,
		document: Buffer = sample,
	): Promise<{ level: ChangeLevel; what: readonly ChangeKind[] }> {
		return summary(appended(await this.signed({}, document), update));
	}

	async close(): Promise<void> {
		this.folder[Symbol.dispose]();
		await this.#pki.close();
	}
}

function summary(bytes: Uint8Array): { level: ChangeLevel; what: readonly ChangeKind[] } {
	const { level, items } = changesOf(bytes);
	return { level, what: items.map(({ what }) => what) };
}
