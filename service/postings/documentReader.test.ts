import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFields } from '../../core/pades/addFields.ts';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import { DocumentReader } from './documentReader.ts';

let withField: Uint8Array;
beforeAll(async () => {
	const contract = await sampleContract();
	const added = addFields(PdfDocument.open(new BytesSource(contract)), [{ name: 'Anna' }]);
	withField = Buffer.concat([contract, added]);
});

/** A stream that inflates to far more than it seems. */
function bomb(): Uint8Array {
	const objects = Array.from(
		{ length: 20_000 },
		(_, index) => `${index + 10} 0 obj\n<</T(f${index})/FT/Sig>>\nendobj\n`,
	);
	return Buffer.from(
		`%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n${objects.join('')}trailer\n<</Root 1 0 R>>\n`,
		'latin1',
	);
}

describe('documents are read in a thread of their own', () => {
	const reader = new DocumentReader();
	afterAll(() => reader.close());

	it('which names the empty signature fields', async () => {
		expect(await reader.emptyFields(withField)).toEqual(['Anna']);
	});

	it.each([
		['what is no PDF', Buffer.from('Hello')],
		['nothing at all', Buffer.of()],
	])('which refuses %s with a code', async (_, bytes) => {
		await expect(reader.emptyFields(bytes)).rejects.toMatchObject({ code: expect.stringMatching(/^[a-z-]+$/) });
	});

	it('many at once, each with its answer', async () => {
		const answers = await Promise.all(Array.from({ length: 12 }, () => reader.emptyFields(withField)));
		expect(new Set(answers.map(String))).toEqual(new Set(['Anna']));
	});
});

describe('a document that takes too much', () => {
	it('is given up, and the next one is read', async () => {
		await using stack = new AsyncDisposableStack();
		const reader = new DocumentReader({ time: 1, threads: 1 });
		stack.defer(() => reader.close());
		await expect(reader.emptyFields(bomb())).rejects.toMatchObject({ code: 'content-too-hard' });
		const patient = new DocumentReader();
		stack.defer(() => patient.close());
		expect(await patient.emptyFields(withField)).toEqual(['Anna']);
	});

	it('is refused when the service ends', async () => {
		const reader = new DocumentReader();
		const waiting = reader.emptyFields(withField);
		const refused = expect(waiting).rejects.toMatchObject({ code: 'content-too-hard' });
		await reader.close();
		await refused;
	});
});
