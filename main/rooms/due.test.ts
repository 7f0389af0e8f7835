import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Batch } from '../../preload/contract.ts';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import { type SoftToken, softToken } from '../../test/kit/softToken.ts';
import { asking, quietHost } from '../../test/kit/windowAsk.ts';
import { PrivateFolder } from '../documents/privateFolder.ts';
import { type Services, startServices } from '../services.ts';

let pki: DemoPki;
let home: string;
let folder: PrivateFolder;
let services: Services;
/** Of what was kept last. */
let kept: string;

beforeAll(async () => {
	pki = await startDemoPki();
});

afterAll(() => pki.close());

beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'paraph-due-'));
	folder = new PrivateFolder();
	services = start();
});

afterEach(async () => {
	await services.close();
	folder.remove();
	rmSync(home, { recursive: true });
});

function start(token?: SoftToken): Services {
	const modules = token ? [token.modulePath] : [];
	writeFileSync(join(home, 'config.json'), JSON.stringify({ modules, network: { offline: true } }));
	return startServices({
		host: quietHost('electron', {
			chooseFolder: async () => home,
			keepCopy: async (path, name) => {
				kept = path;
				return { kind: 'saved', name };
			},
		}),
		env: {
			...process.env,
			...token?.environment,
			HOME: home,
			XDG_CONFIG_HOME: home,
			XDG_STATE_HOME: home,
			XDG_DATA_HOME: home,
		},
		config: join(home, 'config.json'),
		folder,
		places: [{ kind: 'home', path: home }],
	});
}

const ask = asking(() => services);

const until = (check: (batch: Batch) => boolean): Promise<void> =>
	expect
		.poll(async () => ask('batch.current').then((batch) => batch !== null && check(batch)), { timeout: 30_000 })
		.toBe(true);

/** Makes a room, packs a contract for it, and opens the bundle there; both sides are this one computer. */
async function carryIn(due: string | null) {
	await ask('rooms.make');
	await ask('rooms.savePublic');
	const pem = readFileSync(kept, 'utf8');
	writeFileSync(join(home, 'contract.pdf'), await sampleContract());
	const { handle } = await services.documents.open(join(home, 'contract.pdf'));
	const { file } = await ask('rooms.pack', { pem, handles: [handle], level: 'b-lta', due });
	return ask('rooms.open', { file, clockIsRight: false, acceptLoss: false });
}

it('knows of the batch when what is in it is due outside the room', async () => {
	const due = '2099-01-01T23:59:59.000Z';
	expect(await carryIn(due)).toMatchObject({ due });
	expect(await ask('batch.current')).toMatchObject({ due });
	const [row] = (await ask('batch.current'))?.rows ?? [];
	if (!row) throw new Error('the document is not in the batch');
	await ask('batch.remove', { rows: [row.id] });
	await services.batch.add([join(home, 'contract.pdf')]);
	expect(await ask('batch.current')).toMatchObject({ due: null });
});

it('warns before the PIN of a certificate that ends before that day, and the run carries the warning', async () => {
	const token = await softToken({ entries: [{ label: 'kari', issued: pki.issue() }], withChain: true });
	try {
		await services.close();
		services = start(token);
		await carryIn('2099-01-01T23:59:59.000Z');
		const [identity] = await ask('signing.identities');
		if (!identity) throw new Error('there is no certificate');
		await ask('batch.survey', { identity: identity.id });
		await until(({ outlook }) => outlook !== null);
		expect((await ask('batch.current'))?.outlook).toMatchObject({ warnings: ['certificate-ends-before-due'] });
		await until(({ rows }) => rows.every(({ state }) => state === 'ready'));
		await ask('batch.start', { identity: identity.id, pin: token.pin });
		await until(({ phase }) => phase === 'ended');
		expect((await ask('batch.current'))?.rows).toMatchObject([
			{ state: 'signed', warnings: ['certificate-ends-before-due'] },
		]);
	} finally {
		token.remove();
	}
});

it('knows of no such day where the bundle names none', async () => {
	expect(await carryIn(null)).toMatchObject({ due: null });
	expect(await ask('batch.current')).toMatchObject({ due: null });
});

it('takes no day that is none', async () => {
	const asked = { pem: '', handles: [], level: 'b-lta', due: 'tomorrow' };
	expect(await services.dispatch('rooms.pack', asked)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
});
