import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appended, changesOf, FormDesk, type RawUpdate } from '../../../test/kit/editedForm.ts';
import { name, PdfDict, PdfRef, PdfStream } from '../../pdf/objects.ts';
import { sampleDocument } from '../../pdf/sampleDocument.ts';

let desk: FormDesk;
beforeAll(async () => {
	desk = await FormDesk.open();
});
afterAll(() => desk.close());

describe('an update that readers read differently', () => {
	const offsetOf = (bytes: Uint8Array, what: string): string =>
		String(Buffer.from(bytes).indexOf(what)).padStart(10, '0');
	const filled = '<</Type/Annot/Subtype/Widget/FT/Tx/T(amount)/Rect[72 560 272 580]/P 3 0 R/V(9)>>';

	it('is judged as usual where it is plain', async () => {
		expect((await desk.sinceRaw({ objects: { 8: filled } })).level).toBe('form-filling');
	});

	it.each<[string, RawUpdate]>([
		[
			'a key twice in a dictionary',
			{ objects: { 8: filled.replace('/V(9)', '/V(9)/Rect[0 0 600 800]/Rect[72 560 272 580]') } },
		],
		['a key twice in the trailer', { objects: { 8: filled }, trailer: '/Root 9 0 R/Root 1 0 R' }],
		[
			'bytes that no entry leads to',
			{ objects: { 4: '<</Length 0>>stream\n\nendstream' }, entries: [[4, '0000000000 65535 f']] },
		],
		[
			'two entries for one object',
			{
				objects: { 8: filled },
				entries: [
					[8, '0000000017 00000 n'],
					[8, '0000000017 00000 n'],
				],
			},
		],
	])('is refused with %s', async (_what, update) => {
		expect((await desk.sinceRaw(update)).level).toBe('disallowed');
	});

	it('is refused with another generation for an object that stays in its place', async () => {
		const signed = await desk.signed();
		const bytes = appended(signed, { entries: [[4, `${offsetOf(signed, '4 0 obj')} 00007 n`]] });
		expect(changesOf(bytes).level).toBe('disallowed');
	});

	it('is refused with two places for one object', async () => {
		const signed = await desk.signed();
		const place = offsetOf(signed, '4 0 obj');
		const other = String(signed.length).padStart(10, '0');
		const entries = [
			[4, `${other} 00000 n`],
			[4, `${place} 00000 n`],
		] as const;
		for (const order of [entries, entries.toReversed()]) {
			const bytes = appended(signed, { objects: { 4: '<</Length 0>>stream\n\nendstream' }, entries: order });
			expect(changesOf(bytes).level).toBe('disallowed');
		}
	});
});

describe('objects in streams', () => {
	const objects = {
		1: '<</Type/Catalog/Pages 2 0 R>>',
		2: '<</Type/Pages/Count 1/Kids[3 0 R]/MediaBox[0 0 595 842]>>',
		3: '<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
		5: '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
	};
	const packed = sampleDocument({ objects, kind: 'packed' });

	it('may not change with the stream they are in, though that is metadata now', async () => {
		const container = new PdfRef(6);
		const replaced = Object.entries({ ...objects, 5: '<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>' });
		let head = '';
		let data = '';
		for (const [number, syntax] of replaced) {
			head += `${number} ${data.length} `;
			data += `${syntax} `;
		}
		const dict = { Type: name('ObjStm'), N: replaced.length, First: head.length, Subtype: name('XML') };
		const changed = await desk.since(
			(edit) =>
				edit
					.set(container, new PdfStream(PdfDict.of(dict), Buffer.from(head + data)))
					.changeCatalog({ Metadata: container }),
			{},
			packed,
		);
		expect(changed.level).toBe('disallowed');
	});
});
