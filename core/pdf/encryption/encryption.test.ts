/**
 * `samples/` holds one document of five objects, encrypted by qpdf 11 in each way there is:
 * `qpdf --allow-weak-crypto --encrypt usér ownér 128 --use-aes=y --modify=annotate -- plain.pdf aes-128.pdf` and so on.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppendedSource, BytesSource } from '../byteSource.ts';
import { PdfDocument } from '../document.ts';
import { IncrementalUpdate } from '../incrementalUpdate.ts';
import { PdfDict, PdfRef, PdfStream, PdfString } from '../objects.ts';
import { pagesAsObjects, sampleDocument } from '../sampleDocument.ts';

const sample = (file: string): Buffer => readFileSync(join(import.meta.dirname, 'samples', `${file}.pdf`));
const open = (bytes: Uint8Array, password?: string): PdfDocument =>
	PdfDocument.open(new BytesSource(bytes), { password });

const SAMPLES = [
	['rc4-40', 'RC4, 40 bit'],
	['rc4-128', 'RC4, 128 bit'],
	['rc4-128-crypt-filter', 'RC4, 128 bit'],
	['aes-128', 'AES, 128 bit'],
	['aes-128-clear-metadata', 'AES, 128 bit'],
	['aes-256-r5', 'AES, 256 bit'],
	['aes-256-r6', 'AES, 256 bit'],
	['aes-256-packed', 'AES, 256 bit'],
] as const;

describe.each(SAMPLES)('%s', (file, method) => {
	it.each(['user', 'owner'] as const)('opens with the %s password', (who) => {
		const document = open(sample(file), who === 'user' ? 'usér' : 'ownér');
		expect(document.encryption).toMatchObject({ method, openedBy: who });
		expect(document.catalog.text('Lang')).toBe('en-GB');
		const contents = document.pages.get(0).dict.stream('Contents');
		expect(contents && Buffer.from(document.streamData(contents)).toString()).toBe('q Q ');
		const metadata = document.catalog.stream('Metadata');
		expect(metadata && Buffer.from(document.streamData(metadata)).toString()).toBe('<x/>');
	});

	it.each([undefined, '', 'wrong'])('stays closed with the password %j', (password) => {
		expect(() => open(sample(file), password)).toThrow(expect.objectContaining({ code: 'encrypted-password' }));
	});

	it('takes an update that the same password opens', () => {
		const bytes = sample(file);
		const update = new IncrementalUpdate(open(bytes, 'usér'));
		const data = Buffer.from('some data '.repeat(50));
		const added = update.addStream(PdfDict.of({ Note: PdfString.fromText('Ξένια') }), data);
		const metadata = update.catalog.stream('Metadata');
		if (metadata !== undefined) update.set(update.catalog.ref('Metadata') ?? added, metadata);
		const finished = update.finish();
		expect(Buffer.from(finished.bytes).includes('some data')).toBe(false);
		const document = PdfDocument.open(new AppendedSource(new BytesSource(bytes), finished.bytes), {
			password: 'ownér',
		});
		const stream = document.get(added);
		expect(stream instanceof PdfStream && stream.dict.text('Note')).toBe('Ξένια');
		expect(stream instanceof PdfStream && Buffer.from(document.streamData(stream)).equals(data)).toBe(true);
		const again = document.catalog.stream('Metadata');
		expect(again && Buffer.from(document.streamData(again)).toString()).toBe('<x/>');
	});

	it('keeps the contents of a signature in the clear', () => {
		const bytes = sample(file);
		const update = new IncrementalUpdate(open(bytes, 'usér'));
		const contents = new PdfString(Buffer.from('signature'), true);
		const added = update.add(PdfDict.of({ Contents: contents, ByteRange: null, Name: PdfString.fromText('Åse') }));
		const finished = update.finish();
		expect(Buffer.from(finished.bytes).includes(Buffer.from('signature').toString('hex').toUpperCase())).toBe(true);
		const document = PdfDocument.open(new AppendedSource(new BytesSource(bytes), finished.bytes), { password: 'usér' });
		const signature = document.get(added);
		expect(signature instanceof PdfDict && signature.text('Contents')).toBe('signature');
		expect(signature instanceof PdfDict && signature.text('Name')).toBe('Åse');
	});
});

it('leaves metadata in the clear where the document does', () => {
	expect(sample('aes-128-clear-metadata').includes('<x/>')).toBe(true);
	expect(open(sample('aes-128-clear-metadata'), 'usér').encryption?.encryptsMetadata).toBe(false);
});

describe('permissions', () => {
	it('are those of the user unless the owner password was given', () => {
		const document = open(sample('aes-256-r6'), 'usér');
		expect(document.encryption?.permissions).toMatchObject({ modify: false, annotate: true, fillForms: true });
		expect(open(sample('aes-256-r6'), 'ownér').encryption?.permissions.modify).toBe(true);
	});

	it('of revision 2 know no separate right to fill forms', () => {
		expect(open(sample('rc4-40'), 'usér').encryption?.permissions).toMatchObject({ annotate: false, fillForms: false });
	});
});

it('says of certificates instead of passwords that they are not supported', () => {
	const trailer = '/Encrypt<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4>>';
	const bytes = sampleDocument({ objects: pagesAsObjects(), trailer });
	expect(() => open(bytes)).toThrow(expect.objectContaining({ code: 'encrypted-unsupported' }));
});

it('finds objects of a damaged encrypted document', () => {
	const bytes = Buffer.from(
		sample('aes-256-packed')
			.toString('latin1')
			.replace(/startxref\n\d+/, 'startxref\n7'),
		'latin1',
	);
	const document = open(bytes, 'usér');
	expect(document.rebuilt).toBe(true);
	expect(document.catalog.text('Lang')).toBe('en-GB');
	expect(document.get(new PdfRef(99))).toBeNull();
});
