import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DocumentHandle, Events, Failure, Identity, JobId, Settings, TokenCard } from '../preload/contract.ts';
import { type DemoPki, startDemoPki } from '../test/kit/demoPki.ts';
import { sampleContract } from '../test/kit/sampleContract.ts';
import { type SoftToken, softToken } from '../test/kit/softToken.ts';
import { asking, quietHost } from '../test/kit/windowAsk.ts';
import { PrivateFolder } from './documents/privateFolder.ts';
import { type Services, startServices } from './services.ts';

const puk = '11223344';
let pki: DemoPki;
let token: SoftToken;
let contract: Uint8Array;
let home: string;
let folder: PrivateFolder;
let services: Services;
let told: { [Name in keyof Events]: { readonly name: Name; readonly value: Events[Name] } }[keyof Events][];

beforeAll(async () => {
	pki = await startDemoPki();
	const issued = pki.issue({ commonName: 'Kari Nordmann' });
	const entries = [
		{ label: 'kari', issued },
		{ label: 'expired', issued: pki.issueExpired({ commonName: 'Expired' }) },
	];
	token = await softToken({ label: 'desk', puk, entries, withChain: true });
	contract = await sampleContract();
});

afterAll(async () => {
	token.remove();
	await pki.close();
});

beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'paraph-desk-'));
	writeFileSync(join(home, 'contract.pdf'), contract);
	writeFileSync(join(home, 'root.pem'), pki.anchorPem);
	writeFileSync(
		join(home, 'config.json'),
		JSON.stringify({
			modules: [token.modulePath],
			tsa: [pki.tsa.url],
			trust: [join(home, 'root.pem')],
			network: { allowLocal: true },
		}),
	);
	folder = new PrivateFolder();
	services = start(join(home, 'config.json'));
});

afterEach(async () => {
	await pki.tsa.heal();
	await services.close();
	folder.remove();
	rmSync(home, { recursive: true });
});

function start(config?: string): Services {
	told = [];
	return startServices({
		host: quietHost('loopback', { tell: (name, value) => void told.push({ name, value } as (typeof told)[number]) }),
		env: {
			...process.env,
			...token.environment,
			XDG_CONFIG_HOME: join(home, 'xdg'),
			XDG_CACHE_HOME: join(home, '.cache'),
			XDG_STATE_HOME: join(home, '.state'),
		},
		config,
		folder,
		places: [{ kind: 'home', path: home }],
	});
}

const ask = asking(() => services);

async function failure(verb: string, argument: unknown): Promise<Failure> {
	const reply = await services.dispatch(verb, argument);
	if (reply.ok) throw new Error(`${verb} was answered`);
	return reply.error;
}

const open = async (path = join(home, 'contract.pdf')) => services.documents.open(path);
const newJob = () => crypto.randomUUID() as JobId;
const identity = async (name = 'Kari Nordmann'): Promise<Identity> => {
	const found = (await ask('signing.identities')).find((one) => one.certificate.name === name);
	if (!found) throw new Error(`${name} has no certificate`);
	return found;
};
const signRequest = async (handle: DocumentHandle, changes: object = {}) => ({
	job: newJob(),
	handle,
	identity: (await identity()).id,
	pin: token.pin,
	level: 'b-lta' as const,
	mark: null,
	...changes,
});

describe('asking', () => {
	it('for what is not in the contract is a bad request', async () => {
		for (const verb of ['documents.delete', 'constructor.name', '__proto__.x', 'documents', '', 'documents.open']) {
			expect(await failure(verb, undefined)).toMatchObject({ code: 'bad-request' });
		}
	});

	it('never takes a path, a stranger’s handle, or a word too many', async () => {
		const { handle } = await open();
		const path = join(home, 'contract.pdf');
		expect(await failure('documents.read', { handle: path, offset: 0, length: 1 })).toMatchObject({
			code: 'document-unknown',
		});
		expect(await failure('documents.read', { path, offset: 0, length: 1 })).toMatchObject({
			code: 'bad-request',
			details: { where: 'handle' },
		});
		expect(await failure('documents.read', { handle, offset: 0, length: 1, path })).toMatchObject({
			code: 'bad-request',
		});
		expect(await failure('documents.openListed', { id: path })).toMatchObject({ code: 'listing-unknown' });
	});

	it.each([
		['a negative offset', { offset: -1, length: 1 }],
		['half a byte', { offset: 0.5, length: 1 }],
		['more than a read may bring', { offset: 0, length: 1e9 }],
		['nothing', { offset: 0, length: 0 }],
		['a text', { offset: '0', length: 1 }],
	])('refuses to read %s', async (_what, range) => {
		const { handle } = await open();
		expect(await failure('documents.read', { handle, ...range })).toMatchObject({ code: 'bad-request' });
	});
});

describe('a document', () => {
	it('is opened by the chooser’s id, read by range, and told with what it holds', async () => {
		const listing = await ask('documents.listing', {});
		const [entry] = listing.entries;
		if (!entry) throw new Error('the listing is empty');
		const opened = await ask('documents.openListed', { id: entry.id });
		expect(opened).toMatchObject({ name: 'contract.pdf', pages: 2, locked: false, signatureCount: 0, folder: home });
		const bytes = await ask('documents.read', { handle: opened.handle, offset: 0, length: 5 });
		expect(Buffer.from(bytes).toString()).toBe('%PDF-');
	});

	it('that is none is refused by name', async () => {
		const path = join(home, 'notes.pdf');
		writeFileSync(path, 'no PDF at all');
		const [refused] = await services.openFromOutside([path]);
		expect(refused).toMatchObject({ code: 'not-a-pdf', subject: 'notes.pdf' });
	});

	it('that was changed on disk is not read any more, and reopened under a new handle', async () => {
		const { handle, sha256 } = await open();
		writeFileSync(join(home, 'contract.pdf'), Buffer.concat([contract, Buffer.from('\n')]));
		expect(await failure('documents.read', { handle, offset: 0, length: 1 })).toMatchObject({
			code: 'document-changed',
		});
		expect(await failure('signing.sign', await signRequest(handle))).toMatchObject({ code: 'document-changed' });
		const again = await ask('documents.reopen', { handle });
		expect(again.handle).not.toBe(handle);
		expect(again.sha256).not.toBe(sha256);
	});
});

describe('signing', () => {
	it('offers certificates with their state, and why one cannot sign', async () => {
		expect(await identity()).toMatchObject({ usable: { ok: true }, test: true, pin: { entry: 'typed', state: 'ok' } });
		expect(await identity('Expired')).toMatchObject({ usable: { ok: false, code: 'expired' } });
	});

	it('previews the mark as a PDF of its size', async () => {
		const { handle } = await open();
		const mark = { page: 2, rectangle: { x: 72, y: 446, width: 204, height: 58 } };
		const pdf = await ask('signing.preview', { handle, identity: (await identity()).id, mark });
		expect(Buffer.from(pdf).toString('latin1')).toMatch(/\/MediaBox\s*\[\s*0 0 204 58\s*\]/);
	});

	it('reaches B-LTA by stages, keeps the input, and is judged valid on a test anchor', async () => {
		const { handle } = await open();
		const mark = { page: 2, rectangle: { x: 72, y: 446, width: 204, height: 58 } };
		const request = await signRequest(handle, { mark, reason: 'I approve' });
		const outcome = await ask('signing.sign', request);
		expect(outcome).toMatchObject({ outcome: 'signed', level: 'b-lta', pending: [], cause: null });
		expect(outcome.document.name).toBe('contract-signed.pdf');
		const stages = told.flatMap(({ name, value }) => (name === 'signingStage' ? [value] : []));
		expect(stages).toEqual(
			['preparing', 'token', 'timestamp', 'proof', 'archive-timestamp', 'writing'].map((stage) => ({
				job: request.job,
				stage,
			})),
		);
		expect(readFileSync(join(home, 'contract.pdf'))).toEqual(Buffer.from(contract));

		const verdict = await ask('signatures.of', { handle: outcome.document.handle, online: false });
		expect(verdict.indication).toBe('TOTAL-PASSED');
		expect(verdict.signatures[0]).toMatchObject({
			state: 'valid',
			test: true,
			level: 'b-lta',
			reason: 'I approve',
			signer: { name: 'Kari Nordmann' },
			mark: { page: 2, rectangle: { x: 72, y: 446, width: 204, height: 58 } },
		});
	});

	it('with a wrong PIN uses one try, says so, and writes nothing', async () => {
		const { handle } = await open();
		const refused = await failure('signing.sign', await signRequest(handle, { pin: '000000' }));
		expect(refused).toMatchObject({ code: 'pin-incorrect', details: { pinState: 'tried-wrongly' } });
		expect((await ask('documents.listing', {})).entries).toHaveLength(1);
		expect((await identity()).pin.state).toBe('tried-wrongly');
		// The right one makes it good again.
		await ask('signing.sign', await signRequest(handle, { level: 'b-b' }));
		expect((await identity()).pin.state).toBe('ok');
	});

	it('keeps the signature when the timestamp authority fails, and completes it later', async () => {
		const { handle } = await open();
		const request = await signRequest(handle);
		// Up when it is looked for beforehand, refusing when it is asked for a timestamp.
		await pki.tsa.fail('rejected');
		const outcome = await ask('signing.sign', request);
		expect(outcome).toMatchObject({ outcome: 'incomplete', level: 'b-b', requested: 'b-lta' });
		expect(outcome.cause?.code).toMatch(/^tsa-/);
		await pki.tsa.heal();
		const completed = await ask('signing.complete', {
			job: newJob(),
			handle: outcome.document.handle,
			level: 'b-lta',
		});
		expect(completed).toMatchObject({ outcome: 'signed', level: 'b-lta' });
	});

	it('does not overwrite what was signed before', async () => {
		const { handle } = await open();
		const first = await ask('signing.sign', await signRequest(handle, { level: 'b-b' }));
		const second = await ask('signing.sign', await signRequest(first.document.handle, { level: 'b-b' }));
		expect(second.document).toMatchObject({ name: 'contract-signed-2.pdf', signatureCount: 2 });
	});

	it('that is cancelled before the key is used writes nothing', async () => {
		const { handle } = await open();
		const request = await signRequest(handle);
		const signing = services.dispatch('signing.sign', request);
		await ask('signing.cancel', { job: request.job });
		expect(await signing).toMatchObject({ ok: false, error: { code: 'cancelled' } });
		expect((await ask('documents.listing', {})).entries).toHaveLength(1);
	});
});

describe('checking', () => {
	it('says that the network would help, asks it once told to, and finds out', async () => {
		const { handle } = await open();
		const { document } = await ask('signing.sign', await signRequest(handle, { level: 'b-b' }));
		const alone = await ask('signatures.of', { handle: document.handle, online: false });
		expect(alone).toMatchObject({ online: false, onlineWouldHelp: true, signatures: [{ state: 'unconfirmed' }] });
		const asked = await ask('signatures.of', { handle: document.handle, online: true });
		expect(asked).toMatchObject({ online: true, onlineWouldHelp: false, signatures: [{ state: 'valid', test: true }] });
	});

	it('shows a page of a signed file that was altered as changed', async () => {
		const { handle } = await open();
		const { document } = await ask('signing.sign', await signRequest(handle, { level: 'b-b' }));
		const path = join(home, document.name);
		const bytes = readFileSync(path);
		bytes.write('X', bytes.indexOf('%PDF') + 20, 'latin1');
		writeFileSync(path, bytes);
		const altered = await open(path);
		const verdict = await ask('signatures.of', { handle: altered.handle, online: false });
		expect(verdict).toMatchObject({ indication: 'TOTAL-FAILED', signatures: [{ state: 'changed' }] });
	});

	it.each(['html', 'pdf', 'json'] as const)('can be kept as %s', async (format) => {
		const { handle } = await open();
		const { document } = await ask('signing.sign', await signRequest(handle, { level: 'b-b' }));
		const saved = await ask('signatures.saveReport', { handle: document.handle, format, online: false });
		expect(saved).toMatchObject({ kind: 'download', name: `contract-signed-report.${format}` });
	});
});

describe('an earlier state', () => {
	it('is what the first signature signed, byte for byte', async () => {
		const { handle } = await open();
		const first = await ask('signing.sign', await signRequest(handle, { level: 'b-b' }));
		const second = await ask('signing.sign', await signRequest(first.document.handle, { level: 'b-b' }));
		const revision = await ask('signatures.extractRevision', { handle: second.document.handle, signature: '1' });
		expect(revision.sha256).toBe(first.document.sha256);
		expect(revision.folder).toBeNull();
		const wrong = { handle: second.document.handle, signature: '9' };
		expect(await failure('signatures.extractRevision', wrong)).toMatchObject({ code: 'signature-unknown' });
	});
});

describe('tokens', () => {
	const cardOf = async (wanted: string): Promise<TokenCard> => {
		const { modules } = await ask('tokens.list');
		const card = modules.flatMap((module) => module.tokens).find(({ label }) => label === wanted);
		if (!card) throw new Error(`the token ${wanted} is missing`);
		return card;
	};

	it('are listed with their certificates, and change their PIN', async () => {
		const card = await cardOf('desk');
		expect(card.identities.map(({ certificate }) => certificate.name).sort()).toEqual(['Expired', 'Kari Nordmann']);
		const wrong = { token: card.id, current: '999999', next: '654321' };
		expect(await failure('tokens.changePin', wrong)).toMatchObject({ code: 'pin-incorrect' });
		await ask('tokens.changePin', { token: card.id, current: token.pin, next: '654321' });
		await ask('tokens.changePin', { token: card.id, current: '654321', next: token.pin });
	});

	it('get a new PIN by their PUK, and by nothing else', async () => {
		const { id } = await cardOf('desk');
		const wrong = { token: id, puk: '99999999', next: '654321' };
		expect(await failure('tokens.unblock', wrong)).toMatchObject({ code: 'pin-incorrect' });
		await ask('tokens.unblock', { token: id, puk, next: '654321' });
		const { handle } = await open();
		await ask('signing.sign', await signRequest(handle, { pin: '654321', level: 'b-b' }));
		await ask('tokens.unblock', { token: id, puk, next: token.pin });
	});
});

describe('settings', () => {
	const settings = (): Promise<Settings> => ask('settings.get');

	it('are kept for the next start, where the command line finds them too', async () => {
		await services.close();
		services = start();
		const url = 'https://tsa.example/';
		await ask('settings.set', { language: 'nb', timestampServers: [{ url }], remembered: remembered('Agreed') });
		expect(JSON.parse(readFileSync(join(home, 'xdg/paraph/config.json'), 'utf8'))).toMatchObject({ tsa: [{ url }] });
		await services.close();
		services = start();
		expect(await settings()).toMatchObject({
			language: 'nb',
			level: 'b-lta',
			timestampServers: [{ url }],
			remembered: remembered('Agreed'),
		});
	});

	it('add an anchor from its PEM and take it out again', async () => {
		await services.close();
		services = start();
		expect((await settings()).trust).toEqual([]);
		const { trust } = await ask('settings.addTrust', { pem: pki.anchorPem });
		expect(trust).toMatchObject([{ test: true, removable: true }]);
		expect((await ask('app.info')).testProfile).toBe(true);
		const [anchor] = trust;
		if (anchor) await ask('settings.removeTrust', { id: anchor.id });
		expect((await settings()).trust).toEqual([]);
		expect(await failure('settings.addTrust', { pem: 'nothing' })).toMatchObject({ code: 'certificates-unreadable' });
	});

	it('refuse an address that is none', async () => {
		const change = { timestampServers: [{ url: 'file:///etc/passwd' }] };
		expect(await failure('settings.set', change)).toMatchObject({ code: 'bad-request' });
	});

	it('leave what somebody else wrote into the configuration', async () => {
		const path = join(home, 'xdg/paraph/config.json');
		mkdirSync(join(home, 'xdg/paraph'), { recursive: true });
		writeFileSync(path, JSON.stringify({ digest: 'sha512' }));
		await ask('settings.set', { level: 'b-t' });
		expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ digest: 'sha512', level: 'b-t' });
	});

	const remembered = (reason: string) => ({ reason, location: null, certificate: null });
});
