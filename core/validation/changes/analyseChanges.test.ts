import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../../test/kit/demoPki.ts';
import { SigningFolder } from '../../../test/kit/keySigner.ts';
import type { SignatureOptions } from '../../pades/options.ts';
import { BytesSource } from '../../pdf/byteSource.ts';
import { PdfDocument } from '../../pdf/document.ts';
import { IncrementalUpdate } from '../../pdf/incrementalUpdate.ts';
import { name, PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream, PdfString } from '../../pdf/objects.ts';
import { sampleDocument } from '../../pdf/sampleDocument.ts';
import { collectFacts } from '../facts/documentFacts.ts';
import type { ChangeAnalysis, ChangeKind, ChangeLevel } from './change.ts';

const folder = new SigningFolder();
let pki: DemoPki;
let kari: Issued;
beforeAll(async () => {
	pki = await startDemoPki();
	kari = pki.issue({ key: 'p256' });
});
afterAll(async () => {
	await pki.close();
	folder[Symbol.dispose]();
});

const page = new PdfRef(3);
const content = new PdfRef(4);
const font = new PdfRef(5);
const form = new PdfRef(6);
const nameField = new PdfRef(7);
const amountField = new PdfRef(8);
const nameAppearance = new PdfRef(9);
const comment = new PdfRef(10);
const structure = new PdfRef(12);
const documentElement = new PdfRef(13);
const paragraph = new PdfRef(15);

/** A tagged form: two text fields, one comment, one paragraph. */
const sample = sampleDocument({
	objects: {
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
	},
});

const signedBefore = new Map<string, Promise<Uint8Array>>();

/** The sample with a signature; each kind is signed once. */
function signedSample(options: Partial<SignatureOptions> = {}): Promise<Uint8Array> {
	const key = JSON.stringify(options);
	const known = signedBefore.get(key) ?? folder.sign(sample, kari, options).then(({ bytes }) => bytes);
	signedBefore.set(key, known);
	return known;
}

class Edit {
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

const numbers = (...values: number[]): PdfArray => new PdfArray(values);
const text = (value: string): PdfString => PdfString.fromText(value);
const stream = (data: string): PdfStream => new PdfStream(PdfDict.of({}), Buffer.from(data));

/** The document, as text, with another entry for this object in the newest cross-reference table. */
function withEntry(document: Uint8Array, ref: PdfRef, entry: string): string {
	const original = Buffer.from(document).toString('latin1');
	const place = original.lastIndexOf(`\n${ref.number} 1\n`);
	const start = place + `\n${ref.number} 1\n`.length;
	return original.slice(0, start) + entry + original.slice(start + entry.length);
}

/** What the first signature says of what came after it. */
function changesOf(bytes: Uint8Array): ChangeAnalysis {
	const [first] = collectFacts(PdfDocument.open(new BytesSource(bytes))).signatures;
	if (!first) throw new TypeError('no signature');
	return first.changes;
}

async function since(
	edit: (edit: Edit) => unknown,
	options: Partial<SignatureOptions> = {},
): Promise<{ level: ChangeLevel; what: readonly ChangeKind[] }> {
	const update = new Edit(await signedSample(options));
	edit(update);
	const { level, items } = changesOf(update.finish());
	return { level, what: items.map(({ what }) => what) };
}

const fillIn = (edit: Edit): unknown => edit.change(amountField, { V: text('100') });
const addComment = (edit: Edit): unknown => edit.addAnnotation({ Subtype: name('Text'), Contents: text('because') });
function removeComment(edit: Edit): unknown {
	const kept =
		edit
			.dict(page)
			.array('Annots')
			?.items.filter((item) => !comment.equals(item)) ?? [];
	return edit.change(page, { Annots: new PdfArray(kept) });
}

const noChanges = { certify: 'no-changes' } as const;
const formFilling = { certify: 'form-filling' } as const;
const annotations = { certify: 'annotations' } as const;

describe('after a signature without certification', () => {
	it('nothing happened: no change', async () => {
		expect(changesOf(await signedSample())).toEqual({ level: 'none', items: [] });
	});

	it('a field may be filled in', async () => {
		expect(await since(fillIn)).toEqual({ level: 'form-filling', what: ['field-filled'] });
	});

	it('a field may be filled in with a new look of its own', async () => {
		const changed = await since((edit) =>
			edit.change(nameField, { V: text('Ola'), AP: PdfDict.of({ N: edit.addStream('BT(Ola)Tj ET') }) }),
		);
		expect(changed).toEqual({ level: 'form-filling', what: ['field-filled'] });
	});

	it('another signature may be added, and says so to both eyes and tools', async () => {
		const { bytes } = await folder.sign(await signedSample(), kari, { field: 'Second' });
		const { level, items } = changesOf(bytes);
		expect(level).toBe('form-filling');
		expect(items).toContainEqual(expect.objectContaining({ what: 'signature-added', detail: 'Second' }));
	});

	it('validation data may be added', async () => {
		const changed = await since((edit) => {
			const store = edit.add({ Certs: new PdfArray([edit.addStream('0')]) });
			edit.changeCatalog({ DSS: store });
		});
		expect(changed).toEqual({ level: 'lta', what: ['validation-data-added'] });
	});

	it('metadata and document information may be kept up to date', async () => {
		const changed = await since((edit) => {
			const metadata = edit.addStream('<x/>', { Type: name('Metadata'), Subtype: name('XML') });
			edit.changeCatalog({ Metadata: metadata, Version: name('2.0') });
		});
		expect(changed.level).toBe('lta');
		expect(changed.what).toEqual(expect.arrayContaining(['metadata-changed', 'version-changed']));
	});

	it.each<[string, ChangeKind, (edit: Edit) => unknown]>([
		['the page says something else', 'page-content-changed', (edit) => edit.set(content, stream('BT(pay 900)Tj ET'))],
		[
			'the page gets another content',
			'page-content-changed',
			(edit) => edit.change(page, { Contents: edit.addStream('BT(pay 900)Tj ET') }),
		],
		[
			'the page gets another font',
			'page-resources-changed',
			(edit) => edit.change(page, { Resources: PdfDict.of({}) }),
		],
		['a font is replaced', 'font-changed', (edit) => edit.change(font, { BaseFont: name('Times-Roman') })],
		['the page is cropped', 'page-changed', (edit) => edit.change(page, { CropBox: numbers(0, 0, 100, 100) })],
		['a comment is added', 'annotation-added', addComment],
		[
			'the look of a field changes without its value',
			'field-appearance-changed',
			(edit) => edit.change(nameField, { AP: PdfDict.of({ N: edit.addStream('BT(Ola)Tj ET') }) }),
		],
		['a field moves', 'field-changed', (edit) => edit.change(nameField, { Rect: numbers(72, 500, 272, 720) })],
		['a field is renamed', 'field-removed', (edit) => edit.change(nameField, { T: text('nobody') })],
		[
			'a field is added over the text',
			'field-added',
			(edit) => {
				const field = edit.addAnnotation({ Subtype: name('Widget'), FT: name('Tx'), T: text('pay'), V: text('900') });
				edit.change(form, { Fields: (edit.dict(form).array('Fields') ?? new PdfArray([])).concat(field) });
			},
		],
		[
			'viewers are told to draw the fields anew',
			'form-changed',
			(edit) => edit.change(form, { NeedAppearances: true }),
		],
		['a form in XML is added', 'form-changed', (edit) => edit.change(form, { XFA: edit.addStream('<xdp/>') })],
		[
			'a script runs on opening',
			'action-changed',
			(edit) => edit.changeCatalog({ OpenAction: PdfDict.of({ S: name('JavaScript'), JS: text('0') }) }),
		],
		[
			'layers are added',
			'layers-changed',
			(edit) => edit.changeCatalog({ OCProperties: PdfDict.of({ OCGs: new PdfArray([]) }) }),
		],
		['the catalog gets something else', 'catalog-changed', (edit) => edit.changeCatalog({ Lang: text('nb') })],
		[
			'a page is put before it',
			'page-changed',
			(edit) => {
				const other = edit.add({ Type: name('Page'), Parent: new PdfRef(2) });
				edit.change(new PdfRef(2), { Kids: new PdfArray([other, page]), Count: 2 });
			},
		],
		[
			'the validation data holds something else',
			'catalog-changed',
			(edit) => edit.changeCatalog({ DSS: PdfDict.of({ Certs: text('?') }) }),
		],
	])('but not so that %s', async (_what, kind, edit) => {
		const changed = await since(edit);
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain(kind);
	});

	it('says where: page, rectangle and object', async () => {
		const update = new Edit(await signedSample());
		const added = update.addAnnotation({ Subtype: name('Stamp') });
		expect(changesOf(update.finish()).items).toContainEqual(
			expect.objectContaining({
				what: 'annotation-added',
				page: 1,
				rectangle: [72, 400, 172, 450],
				object: added.number,
			}),
		);
	});
});

describe('objects that were signed', () => {
	it('may not be freed', async () => {
		const update = new Edit(await signedSample());
		const bytes = update.change(comment, {}).finish();
		const changed = changesOf(Buffer.from(withEntry(bytes, comment, '0000000000 00001 f'), 'latin1'));
		expect(changed.items.map(({ what }) => what)).toContain('annotation-removed');
		expect(changed.level).toBe('disallowed');
	});

	it('may not be overwritten where a rule allows one use and another shows it: shadow replace', async () => {
		// The stream of a field's look is the content of the page, too: prepared so, then "filled in".
		const shadow = Buffer.from(sample.toString('latin1').replace('/Contents 4 0 R', '/Contents 9 0 R'), 'latin1');
		const { bytes } = await folder.sign(shadow, kari);
		const update = new Edit(bytes);
		update.set(nameAppearance, stream('BT(pay 900)Tj ET')).change(nameField, { V: text('Ola') });
		const changed = changesOf(update.finish());
		expect(changed.level).toBe('disallowed');
		expect(changed.items.map(({ what }) => what)).toContain('object-reused');
	});

	it('may not let go of what lies over them: shadow hide', async () => {
		const changed = await since(removeComment);
		expect(changed.what).toContain('annotation-removed');
		expect(changed.level).toBe('disallowed');
	});
});

describe('after a certification that allows no changes', () => {
	it.each<[string, (edit: Edit) => unknown]>([
		['filling in', fillIn],
		['a comment', addComment],
		['a tab order', (edit) => edit.change(page, { Tabs: name('S') })],
	])('%s is refused', async (_what, edit) => {
		expect((await since(edit, noChanges)).level).toBe('disallowed');
	});

	it('validation data may be added all the same (12.8.2.2)', async () => {
		const changed = await since(
			(edit) => edit.changeCatalog({ DSS: edit.add({ Certs: new PdfArray([]) }) }),
			noChanges,
		);
		expect(changed.level).toBe('lta');
	});
});

describe('after a certification that allows forms to be filled in', () => {
	it('a field may be filled in', async () => {
		expect((await since(fillIn, formFilling)).level).toBe('form-filling');
	});

	it('a comment is refused', async () => {
		expect((await since(addComment, formFilling)).what).toContain('annotation-added');
	});

	it('structure order may be set as tab order, no other', async () => {
		const set = (order: string) => since((edit) => edit.change(page, { Tabs: name(order) }), formFilling);
		expect(await set('S')).toEqual({ level: 'form-filling', what: ['tab-order-set'] });
		expect((await set('R')).what).toContain('page-changed');
	});
});

describe('after a certification that allows annotations', () => {
	const frame = { Subtype: name('Square'), C: numbers(1, 0, 0) };
	const link = { Subtype: name('Link'), A: PdfDict.of({ S: name('URI'), URI: text('https://example.org/') }) };

	it.each<[string, Readonly<Record<string, PdfObject>>]>([
		['a comment', { Subtype: name('Text'), Contents: text('because') }],
		['a frame', frame],
		['a link', link],
	])('%s may be added', async (_what, entries) => {
		expect(await since((edit) => edit.addAnnotation(entries), annotations)).toEqual({
			level: 'annotations',
			what: ['annotation-added'],
		});
	});

	it('a comment may be removed', async () => {
		expect((await since(removeComment, annotations)).level).toBe('annotations');
	});

	it.each<[string, ChangeKind, Readonly<Record<string, PdfObject>>]>([
		['a stamp', 'annotation-over-content', { Subtype: name('Stamp') }],
		['text over the page', 'annotation-over-content', { Subtype: name('FreeText'), Contents: text('pay 900') }],
		['a filled frame', 'annotation-over-content', { ...frame, IC: numbers(1, 1, 1) }],
		['a frame as thick as a bar', 'annotation-over-content', { ...frame, BS: PdfDict.of({ W: 40 }) }],
		['a frame with a look of its own', 'annotation-over-content', { ...frame, AP: PdfDict.of({}).with({ N: font }) }],
		['a link that runs a script', 'action-changed', { ...link, A: PdfDict.of({ S: name('JavaScript') }) }],
		[
			'a link that does more than lead on',
			'action-changed',
			{ ...link, A: PdfDict.of({ S: name('GoTo'), Next: PdfDict.of({ S: name('Launch') }) }) },
		],
		['a link to a file', 'action-changed', { ...link, A: PdfDict.of({ S: name('URI'), URI: text('file:///etc') }) }],
	])('%s is refused', async (_what, kind, entries) => {
		const changed = await since((edit) => edit.addAnnotation(entries), annotations);
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain(kind);
	});
});

describe('the look that a comment brings along', () => {
	const state = (mode: string) => PdfDict.of({ ExtGState: PdfDict.of({ g: PdfDict.of({ BM: name(mode) }) }) });

	/** A comment over the whole text of the page, drawn so. */
	function drawn(content: string, subtype = 'Ink', entries: Readonly<Record<string, PdfObject>> = {}) {
		return since((edit) => {
			const form = { Subtype: name('Form'), BBox: numbers(0, 0, 500, 100), ...entries };
			const look = edit.addStream(content, form);
			edit.addAnnotation({ Subtype: name(subtype), Rect: numbers(50, 650, 550, 750), AP: PdfDict.of({ N: look }) });
		}, annotations);
	}

	it('may be strokes, and a highlight that lets the text shine through', async () => {
		expect((await drawn('1 0 0 RG 2 w 0 0 m 90 90 l S')).level).toBe('annotations');
		const marker = await drawn('/g gs 1 1 0 rg 0 0 500 20 re f', 'Highlight', { Resources: state('Multiply') });
		expect(marker.level).toBe('annotations');
	});

	it.each<[string, string, string, Readonly<Record<string, PdfObject>>]>([
		['a white box', '1 g 0 0 500 100 re f', 'Ink', {}],
		['words', 'BT /F1 12 Tf (pay 900) Tj ET', 'Ink', {}],
		['a picture', '/Im Do', 'Underline', {}],
		['a line as thick as a box', '1 G 100 w 0 50 m 500 50 l S', 'Line', {}],
		['a small line made large', '1 G 1 w 0 0 m 1 1 l S', 'Line', { BBox: numbers(0, 0, 1, 1) }],
		['a line made large by its matrix', '1 G 1 w 0 0 m 1 1 l S', 'Line', { Matrix: numbers(99, 0, 0, 99, 0, 0) }],
		['a highlight that lets nothing through', '/g gs 0 0 9 9 re f', 'Highlight', { Resources: state('Normal') }],
		[
			'a highlight that is filled before it multiplies',
			'0 0 9 9 re f /g gs',
			'Highlight',
			{ Resources: state('Multiply') },
		],
		['a box written without spaces', '1g 0 0 500 100re f/g gs', 'Ink', {}],
		['a box behind a remark', '/g%gs\ngs%f\n0 0 9 9re f', 'Ink', { Resources: state('Multiply') }],
		[
			'a highlight that only names its state',
			'/gs BMC 0 0 9 9 re f EMC',
			'Highlight',
			{ Resources: state('Multiply') },
		],
		[
			'a highlight that leaves its state again',
			'q /g gs Q 0 0 9 9 re f',
			'Highlight',
			{ Resources: state('Multiply') },
		],
		[
			'a highlight that knows of nothing below it',
			'/g gs 0 0 9 9 re f',
			'Highlight',
			{ Resources: state('Multiply'), Group: PdfDict.of({ S: name('Transparency'), I: true }) },
		],
		[
			'a line whose state makes it thick',
			'/g gs 0 50 m 500 50 l S',
			'Line',
			{ Resources: PdfDict.of({ ExtGState: PdfDict.of({ g: PdfDict.of({ LW: 100 }) }) }) },
		],
		['an icon as large as a paragraph', '1 g 0 0 500 100 re f', 'Text', {}],
	])('may not be %s', async (_what, content, subtype, entries) => {
		const changed = await drawn(content, subtype, entries);
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain('annotation-over-content');
	});
});

describe('fields that a signature locks', () => {
	it.each<[string, SignatureOptions['lock'], ChangeLevel]>([
		['all', { action: 'all' }, 'disallowed'],
		['this one', { action: 'include', fields: ['amount'] }, 'disallowed'],
		['another one', { action: 'include', fields: ['name'] }, 'form-filling'],
		['all but this one', { action: 'exclude', fields: ['amount'] }, 'form-filling'],
		['all but another one', { action: 'exclude', fields: ['name'] }, 'disallowed'],
	])('when %s: filling in is judged by it', async (_what, lock, level) => {
		const changed = await since(fillIn, { lock });
		expect(changed.level).toBe(level);
		if (level === 'disallowed') expect(changed.what).toContain('locked-field-changed');
	});
});

describe('the structure tree of a tagged document', () => {
	/** A link with an element that tells of it, in the way other producers write it. */
	function describeLink(edit: Edit, entries: Readonly<Record<string, PdfObject>> = {}): void {
		const next = edit.dict(structure).integer('ParentTreeNextKey') ?? 0;
		const link = edit.addAnnotation({ Subtype: name('Link'), Dest: new PdfArray([page]), StructParent: next });
		const reference = PdfDict.of({ Type: name('OBJR'), Obj: link });
		const element = edit.add({
			Type: name('StructElem'),
			S: name('Link'),
			P: documentElement,
			K: reference,
			...entries,
		});
		const kids = edit.dict(documentElement).array('K') ?? new PdfArray([]);
		edit.change(documentElement, { K: kids.concat(element) });
		const tree = edit.dict(structure).dict('ParentTree')?.array('Nums') ?? new PdfArray([]);
		edit.change(structure, {
			ParentTree: edit.add({ Nums: tree.concat(next, element) }),
			ParentTreeNextKey: next + 1,
		});
	}

	it('may tell of a new annotation where those are allowed', async () => {
		const changed = await since((edit) => describeLink(edit), annotations);
		expect(changed.level).toBe('annotations');
		expect(changed.what).toContain('structure-element-added');
	});

	it('may not let the new element speak for the text of the page', async () => {
		const changed = await since((edit) => describeLink(edit, { K: 0 }), annotations);
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain('structure-tree-changed');
	});

	it('may not replace what is read aloud', async () => {
		const changed = await since((edit) => edit.change(paragraph, { ActualText: text('pay 900') }), annotations);
		expect(changed.what).toContain('structure-tree-changed');
		expect(changed.level).toBe('disallowed');
	});

	it('may not lose an element', async () => {
		const changed = await since((edit) => edit.change(documentElement, { K: new PdfArray([]) }), annotations);
		expect(changed.what).toContain('structure-tree-changed');
	});

	it('may not lead from the page to another element', async () => {
		const changed = await since((edit) => {
			const other = edit.add({ Type: name('StructElem'), S: name('P'), P: documentElement });
			edit.change(structure, { ParentTree: edit.add({ Nums: new PdfArray([0, new PdfArray([other])]) }) });
		}, annotations);
		expect(changed.what).toContain('structure-tree-changed');
	});
});

describe('bytes behind the last revision', () => {
	it.each([
		['a line', '\n% more\n'],
		['one character', 'x'],
		['many blanks', ' '.repeat(400)],
	])('%s is refused', async (_what, tail) => {
		const changed = changesOf(Buffer.concat([await signedSample(), Buffer.from(tail)]));
		expect(changed.level).toBe('disallowed');
		expect(changed.items.map(({ what }) => what)).toEqual(['bytes-uncovered']);
	});

	it('one end of line is nothing', async () => {
		expect(changesOf(Buffer.concat([await signedSample(), Buffer.from('\n')])).level).toBe('none');
	});

	it('an entry of the cross-reference that leads to another object is refused, and named', async () => {
		const bytes = new Edit(await signedSample()).change(comment, {}).finish();
		const misled = Buffer.from(withEntry(bytes, comment, '0000000015 00000 n'), 'latin1');
		expect(changesOf(misled).items).toContainEqual(
			expect.objectContaining({ level: 'disallowed', what: 'object-unexplained', object: comment.number }),
		);
	});
});
