import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { SigningFolder } from '../../test/kit/keySigner.ts';
import { BytesSource } from '../pdf/byteSource.ts';
import { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { pagesAsObjects, sampleDocument } from '../pdf/sampleDocument.ts';
import type { SignatureOptions } from './options.ts';
import { checkPermission } from './permission.ts';

const folder = new SigningFolder();
let pki: DemoPki;
let kari: Issued;
let ola: Issued;
beforeAll(async () => {
	pki = await startDemoPki();
	kari = pki.issue({ key: 'p256' });
	ola = pki.issue({ key: 'p256', commonName: 'Ola Nordmann' });
	await pki.close();
});
afterAll(() => folder[Symbol.dispose]());

const place = { page: 1, x: 10, y: 10, width: 100, height: 50 } as const;
const forbidden = { code: 'signing-forbidden' };

/** A page with these signature fields, `/Lock` and all as syntax. */
function form(fields: Readonly<Record<string, string>> = {}): Uint8Array {
	const entries = Object.entries(fields).map(([name, more], index) => ({ number: 10 + index, name, more }));
	const refs = entries.map(({ number }) => `${number} 0 R`).join(' ');
	return sampleDocument({
		objects: {
			...pagesAsObjects(),
			1: `<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${refs}]>>>>`,
			3: `<</Type/Page/Parent 2 0 R/Annots[${refs}]>>`,
			...Object.fromEntries(
				entries.map(({ number, name, more }) => [
					number,
					`<</Type/Annot/Subtype/Widget/FT/Sig/T(${name})/Rect[20 20 120 60]/P 3 0 R${more}>>`,
				]),
			),
		},
	});
}

const certified = (certify: SignatureOptions['certify'], document = form()) =>
	folder.sign(document, kari, { certify, field: 'First' });

describe('a certification', () => {
	it.each([
		['no-changes', 1],
		['form-filling', 2],
		['annotations', 3],
	] as const)('that leaves %s says P = %i, in the signature and in /Perms', async (certify, permission) => {
		const { document } = await certified(certify);
		const [field] = signatureFields(document);
		expect(field?.signature?.references).toEqual([expect.objectContaining({ transform: 'DocMDP', permission })]);
		expect(document.catalog.dict('Perms')?.ref('DocMDP')).toEqual(field?.signatureRef);
	});

	it('is the first signature, or none', async () => {
		const { bytes } = await folder.sign(form(), kari);
		await expect(folder.sign(bytes, ola, { certify: 'annotations' })).rejects.toMatchObject(forbidden);
	});

	it('without changes lets nobody sign after it', async () => {
		const { bytes } = await certified('no-changes');
		await expect(folder.sign(bytes, ola)).rejects.toMatchObject(forbidden);
	});

	it('with form filling lets others sign in the fields there are, or where nothing shows', async () => {
		const { bytes } = await certified('form-filling', form({ First: '', Second: '' }));
		await expect(folder.sign(bytes, ola, { field: 'Second' })).resolves.toBeDefined();
		await expect(folder.sign(bytes, ola)).resolves.toBeDefined();
		await expect(folder.sign(bytes, ola, { place })).rejects.toMatchObject(forbidden);
	});

	it('with annotations lets others sign where they like', async () => {
		const { bytes } = await certified('annotations');
		await expect(folder.sign(bytes, ola, { place })).resolves.toBeDefined();
	});
});

describe('a lock', () => {
	it('asked for is written into the new field and into the signature', async () => {
		const { document } = await folder.sign(form(), kari, { lock: { action: 'include', fields: ['a', 'b'] } });
		const [field] = signatureFields(document);
		const lock = { action: 'Include', fields: ['a', 'b'] };
		expect(field?.lock).toMatchObject(lock);
		expect(field?.signature?.references).toEqual([expect.objectContaining({ transform: 'FieldMDP', ...lock })]);
	});

	it('of the field is taken over into the signature, whatever was asked for', async () => {
		const document = form({ One: '/Lock<</Type/SigFieldLock/Action/Exclude/Fields[(Two)]>>' });
		const signed = await folder.sign(document, kari, { field: 'One', lock: { action: 'all' } });
		const [field] = signatureFields(signed.document);
		expect(field?.signature?.references).toEqual([
			expect.objectContaining({ transform: 'FieldMDP', action: 'Exclude', fields: ['Two'] }),
		]);
	});

	it.each([
		['all fields', '/Action/All', 'Two'],
		['those it names', '/Action/Include/Fields[(Two)]', 'Two'],
		['those it does not name', '/Action/Exclude/Fields[(One)]', 'Two'],
	])('keeps %s from being signed after it', async (_which, lock, field) => {
		const first = await folder.sign(form({ One: `/Lock<<${lock}>>`, Two: '' }), kari, { field: 'One' });
		await expect(folder.sign(first.bytes, ola, { field })).rejects.toMatchObject({ code: 'field-locked' });
	});

	it.each([
		['those it does not name', '/Action/Include/Fields[(Three)]'],
		['those it excepts', '/Action/Exclude/Fields[(Two)]'],
	])('leaves %s to be signed', async (_which, lock) => {
		const first = await folder.sign(form({ One: `/Lock<<${lock}>>`, Two: '' }), kari, { field: 'One' });
		await expect(folder.sign(first.bytes, ola, { field: 'Two' })).resolves.toBeDefined();
	});

	it('that allows no change at all ends the signing', async () => {
		const lock = '/Lock<</Action/Include/Fields[(Other)]/P 1>>';
		const first = await folder.sign(form({ One: lock, Two: '' }), kari, { field: 'One' });
		const [signed] = signatureFields(first.document);
		expect(signed?.signature?.references).toEqual([expect.objectContaining({ transform: 'FieldMDP', permission: 1 })]);
		await expect(folder.sign(first.bytes, ola, { field: 'Two' })).rejects.toMatchObject(forbidden);
	});
});

describe('the owner of an encrypted document', () => {
	/** Encrypted by qpdf: everything but `--modify=annotate`, and no change at all, for the user. */
	const samples = join(import.meta.dirname, '../pdf/encryption/samples');
	const open = (file: string, password: string): PdfDocument =>
		PdfDocument.open(new BytesSource(readFileSync(join(samples, `${file}.pdf`))), { password });

	it.each([
		[
			'who allows forms to be filled in, has fields signed',
			'aes-256-r6',
			'usér',
			{ existing: true, visible: true },
			true,
		],
		[
			'who allows forms to be filled in, sees no new mark',
			'aes-256-r6',
			'usér',
			{ existing: false, visible: true },
			false,
		],
		['who allows forms to be filled in, has it signed where nothing shows', 'aes-256-r6', 'usér', {}, true],
		['who allows no change, has nothing signed', 'rc4-40', 'usér', { existing: true }, false],
		['may do everything with the own password', 'rc4-40', 'ownér', { visible: true }, true],
	])('%s', (_what, file, password, intended, allowed) => {
		const check = () =>
			checkPermission(open(file, password), [], {
				field: 'One',
				existing: false,
				visible: false,
				certifies: false,
				...intended,
			});
		if (allowed) expect(check).not.toThrow();
		else expect(check).toThrow(expect.objectContaining(forbidden));
	});
});
