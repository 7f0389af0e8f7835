import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PDFDocument } from 'pdf-lib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Batch, BatchRow, BatchWish, IdentityId } from '../../preload/contract.ts';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import { type SoftToken, softToken } from '../../test/kit/softToken.ts';
import { asking, quietHost } from '../../test/kit/windowAsk.ts';
import { PrivateFolder } from '../documents/privateFolder.ts';
import { type Services, startServices } from '../services.ts';

let pki: DemoPki;
let token: SoftToken;
let contract: Uint8Array;
let home: string;
let papers: string;
let folder: PrivateFolder;
let services: Services;
/** What was kept last. */
let kept: Buffer;

beforeAll(async () => {
	pki = await startDemoPki();
	token = await softToken({ label: 'desk', entries: [{ label: 'kari', issued: pki.issue() }], withChain: true });
	contract = await sampleContract();
});

afterAll(async () => {
	token.remove();
	await pki.close();
});

beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'paraph-batch-'));
	papers = join(home, 'papers');
	mkdirSync(papers);
	for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) writeFileSync(join(papers, name), contract);
	folder = new PrivateFolder();
	services = start();
});

afterEach(async () => {
	await services.close();
	folder.remove();
	rmSync(home, { recursive: true });
});

function start(inserted: SoftToken = token): Services {
	writeFileSync(
		join(home, 'config.json'),
		JSON.stringify({ modules: [inserted.modulePath], tsa: [pki.tsa.url], network: { allowLocal: true } }),
	);
	return startServices({
		host: quietHost('electron', {
			chooseFolder: async () => papers,
			keepCopy: async (path, name) => {
				kept = readFileSync(path);
				return { kind: 'saved', name };
			},
		}),
		env: { ...process.env, ...inserted.environment, HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home },
		config: join(home, 'config.json'),
		folder,
		places: [{ kind: 'home', path: home }],
	});
}

const ask = asking(() => services);

async function batch(): Promise<Batch> {
	const current = await ask('batch.current');
	if (!current) throw new Error('there is no batch');
	return current;
}

/** Once all rows are as the check wants them. */
async function until(check: (batch: Batch) => boolean): Promise<Batch> {
	await expect.poll(async () => check(await batch()), { timeout: 30_000 }).toBe(true);
	return batch();
}

/** And the run is looked at as well. */
const foundOut = () => until(({ rows, outlook }) => outlook !== null && rows.every(({ state }) => state !== 'looking'));
const lookedAt = () => until(({ rows }) => rows.every(({ state }) => state !== 'looking'));
const ended = () => until(({ phase }) => phase === 'ended');
const states = ({ rows }: Batch) => rows.map(({ name, state }) => `${name} ${state}`);
const named = ({ rows }: Batch, name: string): BatchRow => {
	const row = rows.find((one) => one.name === name);
	if (!row) throw new Error(`${name} is not in the batch`);
	return row;
};
const wish = (changes: Partial<BatchWish> = {}): BatchWish => ({
	place: { kind: 'none' },
	reason: '',
	location: '',
	level: 'b-b',
	...changes,
});
const identity = async (): Promise<IdentityId> => {
	const [first] = await ask('signing.identities');
	if (!first) throw new Error('there is no certificate');
	return first.id;
};
const addFolder = () => ask('batch.choose', { kind: 'folder' });
const sign = async () => ask('batch.start', { identity: await identity(), pin: token.pin });

it('says before the PIN what cannot be signed, and why', async () => {
	writeFileSync(join(papers, 'letter.pdf'), 'just some words');
	writeFileSync(join(papers, 'locked.pdf'), await locked(contract));
	await addFolder();
	const found = await lookedAt();
	expect(states(found)).toEqual([
		'a.pdf ready',
		'b.pdf ready',
		'c.pdf ready',
		'letter.pdf trouble',
		'locked.pdf trouble',
	]);
	expect(named(found, 'letter.pdf').failure?.code).toBe('not-a-pdf');
	expect(named(found, 'locked.pdf').failure?.code).toBe('document-locked');
	expect(await ask('batch.unlock', { row: null, password: 'wrong' })).toBe(0);
	expect(await ask('batch.unlock', { row: null, password: 'ahorse' })).toBe(1);
	await ask('batch.remove', { rows: [named(found, 'letter.pdf').id] });
	expect((await batch()).rows.every(({ state }) => state === 'ready')).toBe(true);
});

it('says before the PIN what signing with this certificate costs, and what it signed before', async () => {
	await addFolder();
	await ask('batch.wish', wish({ level: 'b-lta' }));
	await ask('batch.survey', { identity: await identity() });
	const found = await foundOut();
	expect(found.outlook).toMatchObject({ obstacle: null, warnings: [], timestamps: 6 });
	expect(found.outlook?.duration).toBeGreaterThan(0);
	expect(found.rows.flatMap(({ warnings }) => warnings)).toEqual([]);

	await ask('batch.wish', wish());
	expect((await foundOut()).outlook).toMatchObject({ timestamps: 0 });
	await sign();
	await ended();
	await ask('batch.close');
	await addFolder();
	await ask('batch.survey', { identity: await identity() });
	const again = await foundOut();
	expect(again.rows.map(({ name, warnings }) => [name, warnings])).toEqual([
		['a-signed.pdf', ['signed-before']],
		['a.pdf', []],
		['b-signed.pdf', ['signed-before']],
		['b.pdf', []],
		['c-signed.pdf', ['signed-before']],
		['c.pdf', []],
	]);
});

it('says before the PIN that the timestamp service does not answer, for as long as one is wanted of it', async () => {
	await pki.tsa.fail('down');
	try {
		await addFolder();
		await ask('batch.wish', wish({ level: 'b-t' }));
		await ask('batch.survey', { identity: await identity() });
		expect((await foundOut()).outlook).toMatchObject({ obstacle: { code: 'tsa-unreachable' }, timestamps: 3 });
		await ask('batch.wish', wish());
		expect((await foundOut()).outlook).toMatchObject({ obstacle: null, timestamps: 0 });
	} finally {
		await pki.tsa.heal();
	}
});

it('says before the PIN that the certificate was revoked, and of another one that it ends soon', async () => {
	const [revoked, soon] = [pki.issue(), pki.issue({ notAfter: new Date(Date.now() + 24 * 3600 * 1000) })];
	pki.revoke(revoked);
	const other = await softToken({
		label: 'other',
		entries: [
			{ label: 'revoked', issued: revoked },
			{ label: 'soon', issued: soon },
		],
		withChain: true,
	});
	try {
		await services.close();
		services = start(other);
		await addFolder();
		await ask('batch.wish', wish());
		const outlooks = [];
		// A card in a reader of this machine is none of ours.
		const ours = (await ask('signing.identities')).filter((one) => one.token.label === 'other');
		for (const { id } of ours) {
			await ask('batch.survey', { identity: id });
			outlooks.push((await foundOut()).outlook);
		}
		expect(outlooks).toMatchObject([
			{ obstacle: { code: 'certificate-revoked' }, warnings: [] },
			{ obstacle: null, warnings: ['certificate-ends-soon'] },
		]);
	} finally {
		other.remove();
	}
});

it('looks again at what is in trouble when it was mended', async () => {
	writeFileSync(join(papers, 'b.pdf'), 'just some words');
	await addFolder();
	await ask('batch.survey', { identity: await identity() });
	expect(states(await lookedAt())).toContain('b.pdf trouble');
	writeFileSync(join(papers, 'b.pdf'), contract);
	await ask('batch.survey', { identity: await identity() });
	expect(states(await lookedAt())).toContain('b.pdf ready');
});

it('shows where each mark will be, and takes a correction for one document', async () => {
	await addFolder();
	await ask('batch.wish', wish({ place: { kind: 'text', text: 'For the Client', occurrence: 1, side: 'below' } }));
	const found = await lookedAt();
	expect(named(found, 'a.pdf').place).toMatchObject({ page: 2 });
	await ask('batch.place', {
		row: named(found, 'b.pdf').id,
		place: { kind: 'corner', page: 1, corner: 'bottom-left' },
	});
	const corrected = await lookedAt();
	expect(named(corrected, 'b.pdf').place).toMatchObject({ page: 1, rectangle: { x: 42.5, y: 42.5 } });
	await ask('batch.place', {
		row: named(found, 'c.pdf').id,
		place: { kind: 'text', text: 'Abracadabra', occurrence: 1, side: 'right' },
	});
	expect(named(await lookedAt(), 'c.pdf').failure?.code).toBe('text-not-found');
});

it('signs what is ready with one PIN, beside the originals', async () => {
	await addFolder();
	await ask('batch.wish', wish());
	await lookedAt();
	await sign();
	expect(states(await ended())).toEqual(['a.pdf signed', 'b.pdf signed', 'c.pdf signed']);
	expect(readdirSync(papers).filter((name) => name.endsWith('-signed.pdf'))).toHaveLength(3);
});

it('signs nothing when the PIN is wrong', async () => {
	await addFolder();
	await ask('batch.wish', wish());
	await lookedAt();
	await expect(ask('batch.start', { identity: await identity(), pin: '999999' })).rejects.toMatchObject({
		code: 'pin-incorrect',
	});
	expect(states(await batch())).toEqual(['a.pdf ready', 'b.pdf ready', 'c.pdf ready']);
	expect(existsSync(join(papers, 'a-signed.pdf'))).toBe(false);
});

it('does not sign a file that was changed after it was looked at', async () => {
	await addFolder();
	await ask('batch.wish', wish());
	await lookedAt();
	writeFileSync(join(papers, 'b.pdf'), Buffer.concat([contract, Buffer.from('\n% more\n')]));
	await sign();
	const found = await ended();
	expect(states(found)).toEqual(['a.pdf signed', 'b.pdf failed', 'c.pdf signed']);
	expect(named(found, 'b.pdf').failure?.code).toBe('document-changed');
	await ask('batch.again');
	await lookedAt();
	await sign();
	expect(states(await ended())).toEqual(['a.pdf signed', 'b.pdf signed', 'c.pdf signed']);
});

it('holds the run, gives it up, and goes on with the rest when the program is started again', async () => {
	for (let count = 0; count < 40; count++) writeFileSync(join(papers, `more-${count}.pdf`), contract);
	await addFolder();
	await ask('batch.wish', wish());
	await lookedAt();
	await sign();
	await ask('batch.pause');
	const held = await batch();
	expect(held.phase).toBe('paused');
	await services.close();
	services = start();
	const found = await batch();
	const signed = readdirSync(papers).filter((name) => name.endsWith('-signed.pdf'));
	expect(found.phase).toBe('interrupted');
	expect(found.rows.filter(({ state }) => state === 'signed')).toHaveLength(signed.length);
	expect(signed.length).toBeLessThan(43);
	await ask('batch.saveResult', { kind: 'json' });
	const listed: readonly { readonly state: string }[] = JSON.parse(kept.toString('utf8'));
	expect(listed).toHaveLength(43);
	expect(listed.filter(({ state }) => state === 'signed')).toHaveLength(signed.length);
	await ask('batch.again');
	await lookedAt();
	await sign();
	await ended();
	expect(readdirSync(papers).filter((name) => name.endsWith('-signed.pdf'))).toHaveLength(43);
	await ask('batch.close');
	expect(await ask('batch.current')).toBeNull();
});

it('keeps what came of each document as a list, with the digests of what went in and what came out', async () => {
	writeFileSync(join(papers, 'letter.pdf'), 'just some words');
	await addFolder();
	await ask('batch.wish', wish());
	await lookedAt();
	await expect(ask('batch.saveResult', { kind: 'csv' })).rejects.toMatchObject({ code: 'batch-not-running' });
	writeFileSync(join(papers, 'b.pdf'), Buffer.concat([contract, Buffer.from('\n% more\n')]));
	await sign();
	await ended();
	expect(await ask('batch.saveResult', { kind: 'csv' })).toMatchObject({
		kind: 'saved',
		name: expect.stringMatching(/^batch-list-\d{4}-\d\d-\d\d-\d{4}\.csv$/),
	});
	const csv = kept.toString('utf8');
	expect(csv.startsWith('\uFEFFfile,out,state,requested,level,field,inputSha256,outputSha256,')).toBe(true);
	const cells = csv
		.trimEnd()
		.split('\r\n')
		.slice(1)
		.map((line) => line.split(','));
	const looked = digestOf(contract);
	const signedTo = (name: string) => digestOf(readFileSync(join(papers, name)));
	expect(cells.map((cell) => [cell[0], cell[2], cell[6], cell[7], cell[8]])).toEqual([
		[join(papers, 'a.pdf'), 'signed', looked, signedTo('a-signed.pdf'), ''],
		[join(papers, 'b.pdf'), 'failed', looked, '', 'document-changed'],
		[join(papers, 'c.pdf'), 'signed', looked, signedTo('c-signed.pdf'), ''],
		[join(papers, 'letter.pdf'), 'failed', '', '', 'not-a-pdf'],
	]);
	await ask('batch.saveResult', { kind: 'json' });
	expect(JSON.parse(kept.toString('utf8'))).toMatchObject(cells.map(([file, , state]) => ({ file, state })));
	await expect(services.dispatch('batch.saveResult', { kind: 'html' })).resolves.toMatchObject({ ok: false });
});

it('keeps the report that the command writes, with certificate, times and digests', async () => {
	await addFolder();
	await ask('batch.wish', wish());
	await lookedAt();
	await sign();
	await ended();
	await ask('batch.saveResult', { kind: 'report' });
	const path = join(home, 'report.pdf');
	writeFileSync(path, kept);
	execFileSync('qpdf', ['--check', path], { stdio: 'pipe' });
	const text = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' });
	expect(text).toContain('3 signed');
	expect(text).toContain(join(papers, 'c.pdf'));
	expect(text).toContain(inGroups(digestOf(contract)));
	expect(text).toContain(inGroups(digestOf(readFileSync(join(papers, 'c-signed.pdf')))));
	expect(text).toMatch(/Serial number\s+[0-9a-f]+/);
	expect(text).toMatch(/Begun\s+\d{4}-\d\d-\d\dT/);
});

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const inGroups = (digest: string): string | undefined => digest.match(/.{16}/g)?.join(' ');

async function locked(plain: Uint8Array): Promise<Uint8Array> {
	const pdf = await PDFDocument.load(plain);
	pdf.encrypt({ userPassword: 'ahorse', ownerPassword: 'another', permissions: { modifying: true, annotating: true } });
	return pdf.save();
}
