import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ListingId } from '../../preload/contract.ts';
import { Chooser } from './listing.ts';

let home: string;
let chooser: Chooser;

beforeAll(() => {
	home = mkdtempSync(join(tmpdir(), 'paraph-home-'));
	mkdirSync(join(home, 'Contracts'));
	mkdirSync(join(home, '.ssh'));
	for (const name of ['10.pdf', '9.PDF', 'notes.txt', '.hidden.pdf']) writeFileSync(join(home, name), name);
	writeFileSync(join(home, 'Contracts/lease.pdf'), 'lease');
	symlinkSync('nowhere', join(home, 'dangling.pdf'));
	symlinkSync('Contracts/lease.pdf', join(home, 'link.pdf'));
	chooser = new Chooser([
		{ kind: 'home', path: home },
		{ kind: 'downloads', path: join(home, 'Downloads') },
	]);
});

afterAll(() => rmSync(home, { recursive: true }));

it('shows folders, then PDF files by number and name; neither hidden ones nor others', async () => {
	const listing = await chooser.list(undefined);
	expect(listing.entries.map(({ name }) => name)).toEqual(['Contracts', '9.PDF', '10.pdf', 'link.pdf']);
	expect(listing.entries.map(({ kind }) => kind)).toEqual(['folder', 'document', 'document', 'document']);
});

it('offers the places that exist', async () => {
	expect((await chooser.list(undefined)).places.map(({ kind }) => kind)).toEqual(['home']);
});

it('goes down by the id it gave, and knows the way back', async () => {
	const top = await chooser.list(undefined);
	const below = await chooser.list(top.entries[0]?.id);
	expect(below.entries.map(({ name }) => name)).toEqual(['lease.pdf']);
	expect(below.trail.at(-2)?.id).toBe(top.id);
	expect(below.trail[0]?.name).toBe('/');
});

it('takes no path and no invented id', async () => {
	for (const id of ['/etc/passwd', home, '../..', '', 'x'.repeat(22)] as ListingId[]) {
		expect(() => chooser.pathOf(id)).toThrow(expect.objectContaining({ code: 'listing-unknown' }));
		await expect(chooser.list(id)).rejects.toMatchObject({ code: 'listing-unknown' });
	}
});

it('says no more than that a folder is gone', async () => {
	const top = await chooser.list(undefined);
	const document = top.entries.find(({ name }) => name === '10.pdf');
	await expect(chooser.list(document?.id)).rejects.toMatchObject({ code: 'listing-not-here', subject: '10.pdf' });
});
