import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
	documentElement,
	type Edit,
	FormDesk,
	page,
	paragraph,
	parentTree,
	structure,
	text,
} from '../../../test/kit/editedForm.ts';
import { name, PdfArray, PdfDict, type PdfObject } from '../../pdf/objects.ts';

let desk: FormDesk;
beforeAll(async () => {
	desk = await FormDesk.open();
});
afterAll(() => desk.close());

const annotations = { certify: 'annotations' } as const;

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
		const changed = await desk.since((edit) => describeLink(edit), annotations);
		expect(changed.level).toBe('annotations');
		expect(changed.what).toContain('structure-element-added');
	});

	it('may not let the new element speak for the text of the page', async () => {
		const changed = await desk.since((edit) => describeLink(edit, { K: 0 }), annotations);
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain('structure-tree-changed');
	});

	it.each([
		['what is read in its place', { ActualText: text('900') }],
		['what is read for a picture', { Alt: text('pay 900') }],
		['what an abbreviation means', { E: text('pay 900') }],
		['how it is spoken', { Phoneme: text('nine hundred') }],
		['how it is laid out', { A: PdfDict.of({ O: name('Layout'), Placement: name('Block') }) }],
		// Names without a developer's prefix belong to ISO: what nobody knows today may be read aloud tomorrow.
		['an entry that no standard knows yet', { RandomName: name('RandomValue') }],
		["a developer's private entry", { ADBE_Spoken: text('pay 900') }],
	])('may not say of an element %s', async (_what, entries) => {
		const changed = await desk.since((edit) => edit.change(paragraph, entries), annotations);
		expect(changed.level).toBe('disallowed');
		expect(changed.what).toContain('structure-tree-changed');
	});

	it('may not lose an element', async () => {
		const changed = await desk.since((edit) => edit.change(documentElement, { K: new PdfArray([]) }), annotations);
		expect(changed.what).toContain('structure-tree-changed');
	});

	it('may not lead from the page to another element', async () => {
		const changed = await desk.since((edit) => {
			const other = edit.add({ Type: name('StructElem'), S: name('P'), P: documentElement });
			edit.change(structure, { ParentTree: edit.add({ Nums: new PdfArray([0, new PdfArray([other])]) }) });
		}, annotations);
		expect(changed.what).toContain('structure-tree-changed');
	});

	it('may not say anything in its parent tree but numbers', async () => {
		const changed = await desk.since((edit) => edit.change(parentTree, { A: text('?') }), annotations);
		expect(changed.what).toContain('structure-tree-changed');
	});
});
