import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MailServer } from '../../test/kit/mailServer.ts';
import { onEachDatabase } from '../../test/kit/serviceDatabases.ts';
import { Metrics } from '../api/metrics.ts';
import { parseServiceConfig } from '../config/configuration.ts';
import { type DatabaseSettings, ServiceDatabase } from '../db/serviceDatabase.ts';
import { openTenant } from '../keys/tenant.ts';
import { KeyInMemory } from '../keys/tenantKey.ts';
import { createLogger } from '../logging.ts';
import { Tenants } from '../tenants.ts';
import type { Letter } from './letters.ts';
import { countLetters, post } from './outbox.ts';
import { Postman } from './postman.ts';
import { writeLetter } from './writeLetter.ts';

const to = { name: 'Kari Nordmann', email: 'kari@example.org', language: 'nb' } as const;
const receipt: Letter = { kind: 'receipt', to, posting: postingId(), title: 'Leiekontrakt', owner: 'Ola' };

function postingId() {
	return '01890a5d-ac96-774b-bcce-b302099a8057' as Extract<Letter, { readonly kind: 'receipt' }>['posting'];
}

let server: MailServer;
beforeAll(async () => {
	server = await MailServer.start();
});
afterAll(() => server?.stop());
beforeEach(() => {
	server.received.length = 0;
	server.refusing = undefined;
	server.onMessage = undefined;
});

onEachDatabase('the outbox', (fresh) => {
	async function scene(settings?: DatabaseSettings, key: Uint8Array = randomBytes(32)) {
		const used = settings ?? (await fresh());
		const database = await ServiceDatabase.open(used);
		const tenant = await openTenant(database, 'main', new KeyInMemory(Buffer.from(key)));
		const clock = { time: Date.now(), now: () => new Date(clock.time) };
		const config = parseServiceConfig({ data: '/nowhere' }, 'test');
		const parts = {
			main: database.main,
			tenants: new Tenants(config, [tenant]),
			clock,
			logger: createLogger(new Writable({ write: (_chunk, _encoding, done) => done() })),
			settings: { url: server.url, user: undefined, password: undefined, from: 'Paraph <paraph@example.org>' },
			linkTo: (posting: string) => `https://sign.example.org/p/${posting}`,
		};
		const postman = new Postman(parts);
		const put = (letter: Letter) =>
			database.main
				.transaction()
				.execute((trx) => post(trx, tenant, letter, { domain: 'example.org', now: clock.now() }));
		const close = async () => {
			await postman.close();
			await database.close();
		};
		return { settings: used, key, database, clock, parts, postman, put, [Symbol.asyncDispose]: close };
	}

	it('is sent once, in the language of whom it is for', async () => {
		await using one = await scene();
		await one.put(receipt);
		await Promise.all([one.postman.deliver(), one.postman.deliver(), one.postman.deliver()]);
		expect(server.received.map(({ to: addresses }) => addresses)).toEqual([['kari@example.org']]);
		expect(server.received[0]?.subject).toBe('Kvitteringen din: Leiekontrakt');
		const rows = await one.database.main.selectFrom('mail').select(['state', 'attempts']).execute();
		expect(rows).toEqual([{ state: 'sent', attempts: 1 }]);
	});

	it('is not sent for what was rolled back', async () => {
		await using one = await scene();
		const tenant = [...one.parts.tenants][0];
		if (tenant === undefined) throw new TypeError('a tenant was made');
		const failing = one.database.main.transaction().execute(async (trx) => {
			await post(trx, tenant, receipt, { domain: 'example.org', now: new Date() });
			throw new Error('no');
		});
		await expect(failing).rejects.toThrow('no');
		await one.postman.deliver();
		expect(server.received).toEqual([]);
	});

	it('is tried again, later each time, until the server takes it', async () => {
		await using one = await scene();
		await one.put(receipt);
		server.refusing = 451;
		await one.postman.deliver();
		await one.postman.deliver();
		expect(await one.database.main.selectFrom('mail').select(['state', 'attempts', 'lastError']).execute()).toEqual([
			{ state: 'waiting', attempts: 1, lastError: 'SMTP 451' },
		]);
		one.clock.time += 61_000;
		await one.postman.deliver();
		server.refusing = undefined;
		one.clock.time += 61_000;
		await one.postman.deliver();
		expect(server.received).toEqual([]);
		one.clock.time += 4 * 60_000;
		await one.postman.deliver();
		expect(server.received).toHaveLength(1);
	});

	it('is shared by two postmen without either sending what the other has', async () => {
		await using one = await scene();
		const other = new Postman(one.parts);
		for (let count = 0; count < 30; count += 1) await one.put({ ...receipt, title: `Nr ${count}` });
		await Promise.all([one.postman.deliver(), other.deliver()]);
		await other.close();
		expect(server.received).toHaveLength(30);
		expect(server.mailbox).toHaveLength(30);
	});

	/** A postman in a process of its own that is killed. @param arm arranges when. @returns once it is dead. */
	async function killed(
		{ settings, key, parts, database }: Awaited<ReturnType<typeof scene>>,
		arm: (kill: () => void) => void,
	): Promise<void> {
		await database.close();
		const script = fileURLToPath(new URL('../../test/kit/postmanProcess.ts', import.meta.url));
		const child = spawn(process.execPath, [script], { stdio: ['pipe', 'ignore', 'inherit'] });
		const ended = new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal)));
		arm(() => child.kill('SIGKILL'));
		child.stdin.end(JSON.stringify({ settings, key: Buffer.from(key).toString('base64'), mail: parts.settings }));
		expect(await ended).toBe('SIGKILL');
		server.onMessage = undefined;
	}
	/** The server has it whole, and has not answered. */
	const atTheAnswer = (kill: () => void) => {
		server.onMessage = kill;
	};
	const states = ({ database }: Awaited<ReturnType<typeof scene>>) =>
		database.main.selectFrom('mail').select('state').execute();
	const patient = { timeout: 60_000 };

	it('arrives once where the sender is killed after the server has it and before it is marked', patient, async () => {
		await using first = await scene();
		await first.put(receipt);
		await killed(first, atTheAnswer);

		await using second = await scene(first.settings, first.key);
		// Its lease holds: nobody else sends it meanwhile.
		second.clock.time += 14 * 60_000;
		await second.postman.deliver();
		expect(server.received).toHaveLength(1);
		expect(await states(second)).toEqual([{ state: 'handed-over' }]);
		second.clock.time += 2 * 60_000;
		await second.postman.deliver();
		// To the last byte, for those who look at more than the Message-ID.
		const [copy, other, ...more] = server.received;
		expect(other?.raw).toBe(copy?.raw);
		expect(more).toEqual([]);
		expect(server.mailbox).toHaveLength(1);
		expect(await states(second)).toEqual([{ state: 'sent' }]);
	});

	it('is left, and recorded, where the same happens to a reminder', patient, async () => {
		await using first = await scene();
		await first.put({ ...receipt, kind: 'reminded', role: 'signer', expiresAt: '2026-12-24T12:00:00.000Z' });
		await killed(first, atTheAnswer);
		await using second = await scene(first.settings, first.key);
		second.clock.time += 16 * 60_000;
		await second.postman.deliver();
		expect(server.received).toHaveLength(1);
		expect(await states(second)).toEqual([{ state: 'unknown' }]);
		const metrics = new Metrics();
		await countLetters(second.database.main, metrics);
		expect(await metrics.text()).toContain('paraph_letters{state="unknown"} 1');
	});

	it('is handed over by whoever has it, and by nobody who was too slow', patient, async () => {
		await using one = await scene();
		await one.put(receipt);
		const other = new Postman(one.parts);
		// While the first is at it, its lease runs out, and the other has a go.
		let overtaken: Promise<void> | undefined;
		const slow = new Postman({
			...one.parts,
			linkTo: (posting) => {
				one.clock.time += 6 * 60_000;
				overtaken ??= other.deliver();
				return one.parts.linkTo(posting);
			},
		});
		await slow.deliver();
		await overtaken;
		await other.close();
		await slow.close();
		expect(server.received).toHaveLength(1);
		expect(await states(one)).toEqual([{ state: 'sent' }]);
	});

	it('may have arrived where the connection breaks before the answer, and is sent again', patient, async () => {
		await using one = await scene();
		await one.put(receipt);
		server.onMessage = () => server.disconnect();
		await one.postman.deliver();
		expect(await states(one)).toEqual([{ state: 'handed-over' }]);
		server.onMessage = undefined;
		one.clock.time += 61_000;
		await one.postman.deliver();
		expect(server.received).toHaveLength(2);
		expect(server.mailbox).toHaveLength(1);
		expect(await states(one)).toEqual([{ state: 'sent' }]);
	});

	it('is not sent once it is of no use', async () => {
		await using one = await scene();
		await one.put({ kind: 'login-code', to, code: '123456', minutes: 10 });
		one.clock.time += 11 * 60_000;
		await one.postman.deliver();
		expect(server.received).toEqual([]);
		expect(await states(one)).toEqual([{ state: 'failed' }]);
	});
});

describe('letters', () => {
	const about = { posting: postingId(), title: 'Lease', owner: 'Ola' };
	const dates = { expiresAt: '2026-12-24T12:00:00.000Z', deleteAt: '2027-01-01T12:00:00.000Z' };
	const letters = (language: Letter['to']['language']): readonly Letter[] => {
		const who = { name: 'Kari', email: 'kari@example.org', language };
		return [
			...(['signer', 'witness', 'approver', 'viewer'] as const).map(
				(role): Letter => ({ kind: 'asked', to: who, ...about, role, message: 'Please.', expiresAt: dates.expiresAt }),
			),
			{ kind: 'reminded', to: who, ...about, role: 'signer', expiresAt: dates.expiresAt },
			...(['cancelled', 'expired', 'declined', 'not-needed'] as const).map(
				(why): Letter => ({ kind: 'closed', to: who, ...about, why }),
			),
			{ kind: 'receipt', to: who, ...about },
			{ kind: 'completed', to: who, ...about },
			{ kind: 'declined', to: who, ...about, by: 'Per', reason: 'The rent is too high.' },
			{ kind: 'delegated', to: who, ...about, by: 'Per', successor: 'Pål' },
			{ kind: 'expired', to: who, ...about },
			{ kind: 'download-due', to: who, ...about, deleteAt: dates.deleteAt },
			{ kind: 'administrator-login', to: who, who: 'Ada', address: '192.0.2.7', at: dates.expiresAt },
			{ kind: 'login-code', to: who, code: '123456', minutes: 10 },
		];
	};

	it.each(['en', 'nb', 'fr', 'de'] as const)('say in %s what they are about, and link to the posting', (language) => {
		for (const letter of letters(language)) {
			const { subject, text } = writeLetter(letter, (posting) => `https://sign.example.org/p/${posting}`);
			if ('title' in letter) expect(subject).toContain('Lease');
			if ('posting' in letter) expect(text).toContain(`https://sign.example.org/p/${letter.posting}`);
			if (letter.kind === 'login-code') expect(text).not.toContain('https://');
			expect(`${subject}${text}`).not.toMatch(/undefined|null|\[object/);
		}
	});

	it('keep a title from becoming a header', () => {
		const { subject } = writeLetter({ ...receipt, title: 'x\r\nBcc: all@example.org' }, String);
		expect(subject).not.toMatch(/[\r\n]/);
	});
});
