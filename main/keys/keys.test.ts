/** Keys in files and at signing services, asked for through the contract as the window asks. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BrowserWait, CodeQuestion, Events, Identity, JobId, KeptKey } from '../../preload/contract.ts';
import { type CscServer, type CscServerOptions, demoClient, rsa, startCscServer } from '../../test/kit/cscServer.ts';
import { type DemoPki, type Issued, startDemoPki } from '../../test/kit/demoPki.ts';
import { keyFile } from '../../test/kit/keyFile.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import { asking, quietHost } from '../../test/kit/windowAsk.ts';
import { PrivateFolder } from '../documents/privateFolder.ts';
import { type Services, startServices } from '../services.ts';

const password = 'hemmelig 1';
let pki: DemoPki;
let kari: Issued;
let contract: Uint8Array;
let keys: Buffer;
let home: string;
let folder: PrivateFolder;
let services: Services;
let onEvent: <Name extends keyof Events>(name: Name, value: Events[Name]) => void;
let running = new AsyncDisposableStack();

beforeAll(async () => {
	pki = await startDemoPki();
	kari = pki.issue({ key: 'rsa-2048', commonName: 'Kari Nordmann' });
	contract = await sampleContract();
	keys = keyFile(kari, password);
});
afterAll(() => pki.close());

beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'paraph-keys-'));
	writeFileSync(join(home, 'contract.pdf'), contract);
	folder = new PrivateFolder();
	onEvent = () => {};
	start({});
});
afterEach(async () => {
	await services.close();
	folder.remove();
	rmSync(home, { recursive: true });
	await running.disposeAsync();
	running = new AsyncDisposableStack();
});

function start(config: object): void {
	writeFileSync(join(home, 'config.json'), JSON.stringify({ ...config, modules: [] }));
	services = startServices({
		host: quietHost('loopback', { tell: (name, value) => onEvent(name, value) }),
		env: {
			HOME: home,
			XDG_CONFIG_HOME: join(home, 'xdg'),
			PARAPH_REMOTE_SECRET: demoClient.secret,
		},
		config: join(home, 'config.json'),
		folder,
		places: [],
		showInBrowser: () => {},
	});
}

const ask = asking(() => services);

const addFile = (secret = password): Promise<KeptKey> =>
	ask('keys.addFile', { name: 'kari.p12', content: keys.toString('base64'), password: secret });

const identities = async (): Promise<readonly Identity[]> =>
	(await ask('signing.identities')).filter(({ holder }) => holder !== 'token');

async function sign(pin?: string) {
	const [identity] = await identities();
	if (!identity) throw new Error('nothing to sign with');
	const { handle } = await services.documents.open(join(home, 'contract.pdf'));
	const job = crypto.randomUUID() as JobId;
	return ask('signing.sign', { job, handle, identity: identity.id, pin, level: 'b-b', mark: null });
}

const serve = async (options: Partial<CscServerOptions> = {}): Promise<CscServer> =>
	running.use(await startCscServer({ version: 2, issued: kari, algorithms: [rsa], pin: '123456', ...options }));

describe('a key file', () => {
	it('is kept encrypted, shown without its password, and signs with it', async () => {
		const added = await addFile();
		expect(added).toMatchObject({ kind: 'file', name: 'kari.p12', identities: [{ usable: { ok: true } }] });
		const kept = join(home, 'xdg/paraph/keys');
		const copies = readdirSync(kept).filter((name) => name.endsWith('.p12'));
		expect(copies).toHaveLength(1);
		expect(readFileSync(join(kept, copies[0] ?? '')).equals(keys)).toBe(true);
		expect(statSync(join(kept, copies[0] ?? '')).mode & 0o077).toBe(0);
		expect(readFileSync(join(kept, 'keys.json'), 'utf8')).not.toContain(password);
		expect(await sign(password)).toMatchObject({ outcome: 'signed' });
	});

	it('is there again after a restart, and gone when it is forgotten', async () => {
		const { id } = await addFile();
		const before = await identities();
		await services.close();
		start({});
		expect(await identities()).toEqual(before);
		await ask('keys.forget', { id });
		expect(await identities()).toEqual([]);
		expect(readdirSync(join(home, 'xdg/paraph/keys')).filter((name) => name.endsWith('.p12'))).toEqual([]);
	});

	it('is kept once, however often it is added', async () => {
		await addFile();
		await addFile();
		expect(await identities()).toHaveLength(1);
	});

	it('is not kept with a wrong password, and does not sign with one', async () => {
		await expect(addFile('wrong')).rejects.toMatchObject({ code: 'pin-incorrect' });
		expect(existsSync(join(home, 'xdg/paraph/keys'))).toBe(false);
		await addFile();
		await expect(sign('wrong')).rejects.toMatchObject({ code: 'pin-incorrect' });
	});

	it('is refused where the machine allows none', async () => {
		await services.close();
		start({ pkcs12: false });
		await expect(addFile()).rejects.toMatchObject({ code: 'key-cannot-sign' });
	});
});

describe('a signing service', () => {
	it.each([1, 2] as const)('shows its keys and signs with the PIN (API v%i)', async (version) => {
		const server = await serve({ version, scal: 2, multisign: 4 });
		const added = await ask('keys.addService', { address: `${server.host}/csc/v${version}` });
		expect(added).toMatchObject({
			kind: 'service',
			name: 'Demo Remote Signing',
			identities: [{ holder: 'service', pin: { entry: 'typed', perSignature: false }, asks: [] }],
		});
		expect(await sign('123456')).toMatchObject({ outcome: 'signed' });
		await expect(sign('000000')).rejects.toMatchObject({ code: 'pin-incorrect' });
		expect(server.tries).toBe(2);
	});

	it('asks for the one-time code while it signs, and ends when there is none', async () => {
		const server = await serve({ otp: '998877' });
		await ask('keys.addService', { address: server.address });
		expect((await identities())[0]?.asks).toEqual(['code']);
		const questions: CodeQuestion[] = [];
		const answers = ['998877', null];
		onEvent = (name, value) => {
			if (name !== 'codeWanted') return;
			const question = value as CodeQuestion;
			questions.push(question);
			void ask('keys.answerCode', { question: question.question, code: answers.shift() ?? null });
		};
		expect(await sign('123456')).toMatchObject({ outcome: 'signed' });
		await expect(sign('123456')).rejects.toMatchObject({ code: 'otp-required' });
		expect(questions[0]).toMatchObject({ service: 'Demo Remote Signing', signatures: 1 });
	});

	it('sends the person to the browser, once to get in and once for the signature', async () => {
		const server = await serve({ mode: 'oauth2code', scal: 2, accessToken: 'T0K/en+' });
		// No browser opens here: the test follows the address that the window shows.
		const waits: (BrowserWait | null)[] = [];
		onEvent = (name, value) => {
			if (name !== 'browserWanted') return;
			const wait = value as BrowserWait | null;
			waits.push(wait);
			if (wait) void fetch(wait.address);
		};
		await ask('keys.addService', { address: server.address, clientId: demoClient.id });
		expect((await identities())[0]).toMatchObject({ asks: ['browser'], pin: { entry: 'none' } });
		expect(await sign()).toMatchObject({ outcome: 'signed' });
		expect(waits.map((wait) => wait !== null)).toEqual([true, false, true, false]);
	});

	it('shows a key that cannot be used with the reason', async () => {
		const server = await serve({ keyStatus: 'disabled' });
		await ask('keys.addService', { address: server.address });
		expect((await identities())[0]?.usable).toMatchObject({ ok: false, message: 'its key is disabled' });
	});

	it('shows that a key signs whole messages, and so cannot sign there', async () => {
		const server = await serve({ issued: pki.issue({ key: 'ed25519' }), algorithms: ['1.3.101.112'] });
		await ask('keys.addService', { address: server.address });
		expect((await identities())[0]?.usable).toMatchObject({ ok: false, code: 'key-not-remote' });
	});

	it('that lets nobody in is not kept', async () => {
		const server = await serve({ accessToken: 'T0K/en+', login: 'kari:right' });
		const login = (secret: string) => ({ address: server.address, login: { user: 'kari', password: secret } });
		await expect(ask('keys.addService', login('wrong'))).rejects.toMatchObject({ code: 'authorisation-refused' });
		expect(await identities()).toEqual([]);
		await ask('keys.addService', login('right'));
		expect(await sign('123456')).toMatchObject({ outcome: 'signed' });
		const kept = readFileSync(join(home, 'xdg/paraph/keys/keys.json'), 'utf8');
		expect(kept).not.toContain('T0K');
		expect(kept).not.toContain('right');
	});
});
