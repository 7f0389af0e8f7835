/** A smart card from the reader up: pcscd, OpenSC's driver, a PIV card that counts what is asked of it. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import { type DemoPki, startDemoPki } from '../test/kit/demoPki.ts';
import { CardService, VirtualCard, type VirtualCardOptions } from '../test/kit/virtualCard.ts';
import { openTokenSigner, type TokenSignerOptions } from './openTokenSigner.ts';
import { listTokens } from './tokenList.ts';
import { TokenWatcher } from './tokenWatcher.ts';

const module = '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so';
const signatureKey = `pkcs11:id=%02?module-path=${module}`;
const loginKey = `pkcs11:id=%01?module-path=${module}`;
const message = Buffer.from('the signed attributes');
const rsa: SigningAlgorithm = { kind: 'rsa-pkcs1', digest: 'sha256' };
const missing = CardService.missing;
if (missing !== undefined) console.error(`SKIPPED: tests with a smart card: ${missing}`);

// A card is slow, and so is a virtual one on a machine that has other things to do.
describe.skipIf(missing !== undefined)('a smart card', { timeout: 120_000 }, () => {
	let pki: DemoPki;
	let service: CardService;

	beforeAll(async () => {
		pki = await startDemoPki();
		service = await CardService.start();
	});
	afterAll(async () => {
		await service?.[Symbol.asyncDispose]();
		await pki.close();
	});

	const inserted: VirtualCard[] = [];
	afterEach(async () => {
		for (const card of inserted.splice(0)) await card[Symbol.asyncDispose]();
	});

	async function insert(options: Partial<VirtualCardOptions> = {}): Promise<VirtualCard> {
		const keys = {
			'9C': pki.issue({ key: 'rsa-2048', commonName: 'Pia Piv' }),
			'9A': pki.issue({ key: 'p256', keyUsage: ['digitalSignature'] }),
		};
		const card = new VirtualCard({ keys, pin: '123456', tries: 3, ...options });
		await card.insert();
		inserted.push(card);
		return card;
	}

	const open = (uri: string, options: Partial<TokenSignerOptions> = {}) =>
		openTokenSigner({ uri, pin: async () => '123456', ...options });

	const pinStates = async (): Promise<unknown[]> => {
		const signer = await open(signatureKey);
		await signer.close();
		return [signer.pin.state];
	};

	it('is listed with its certificates, and the empty reader beside it', async () => {
		await insert();
		const [listing] = await listTokens({ modules: [module] });
		expect(listing?.slots).toMatchObject([
			{
				state: 'present',
				slot: { token: { label: 'Kari Nordmann', model: expect.stringContaining('PKCS#15') } },
				credentials: [
					{ id: '01', problems: [] },
					{ id: '02', problems: [] },
				],
			},
			{ state: 'empty' },
		]);
	});

	it('signs with the PIN for each signature where its key wants that', async () => {
		const card = await insert();
		const purposes: string[] = [];
		const signer = await open(signatureKey, {
			pin: async ({ purpose }) => {
				purposes.push(purpose);
				return '123456';
			},
		});
		await signer.sign(message, rsa);
		await signer.sign(message, rsa);
		await signer.close();
		expect(purposes).toEqual(['login', 'signature', 'signature']);
		expect(card.applet.signatures).toBe(2);
	});

	it('signs many with one PIN where its key allows that', async () => {
		const card = await insert();
		let asked = 0;
		const signer = await open(loginKey, {
			pin: async () => {
				asked++;
				return '123456';
			},
		});
		for (let i = 0; i < 3; i++) await signer.sign(message, { kind: 'ecdsa', digest: 'sha256' });
		await signer.close();
		expect({ asked, signatures: card.applet.signatures }).toEqual({ asked: 1, signatures: 3 });
	});

	it('signs with P-384', async () => {
		await insert({ keys: { '9C': pki.issue({ key: 'p384' }) } });
		const signer = await open(signatureKey);
		await expect(signer.sign(message, { kind: 'ecdsa', digest: 'sha384' })).resolves.toBeDefined();
		await signer.close();
	});

	it('loses one try to a wrong PIN, says what is left, and is asked no more once locked', async () => {
		const card = await insert();
		const states: unknown[] = [];
		const errors: unknown[] = [];
		for (let i = 0; i < 4; i++) {
			states.push(...(await pinStates()));
			const signer = await open(signatureKey, { pin: async () => '999999' });
			const outcome = signer.sign(message, rsa).catch((error: { code: string }) => error.code);
			errors.push(await outcome);
			errors.push(await signer.sign(message, rsa).catch(() => 'again'));
			await signer.close();
		}
		expect(errors.filter((error) => error !== 'again')).toEqual([
			'pin-incorrect',
			'pin-incorrect',
			expect.stringMatching(/pin-incorrect|pin-locked/),
			'pin-locked',
		]);
		expect(states).toEqual(['ok', 'ok', 'last-try', 'locked']);
		expect(card.applet.verifications).toBe(3);
	});

	it('is noticed when it comes and goes', async () => {
		let changes = 0;
		const readings: boolean[] = [];
		const listener = { changed: () => changes++, reading: (isReading: boolean) => readings.push(isReading) };
		const watcher = new TokenWatcher({ modules: [module] }, listener);
		try {
			await watcher.begun;
			// Some ten commands are to last longer than what goes unmentioned.
			const card = await insert({ onCommand: () => wait(30) });
			await vi.waitFor(() => expect(changes).toBe(1), 20_000);
			expect(readings.slice(0, 2)).toEqual([true, false]);
			card.pull();
			await vi.waitFor(() => expect(changes).toBe(2), 20_000);
		} finally {
			await watcher.close();
		}
	});

	it.each([1, 10, 20])(
		'pulled out at signature %i of 20 loses that one, and signs the rest when it is back',
		async (at) => {
			let left = at;
			const card = await insert({
				onCommand: ({ ins }, it) => {
					if (ins === 0x87 && --left === 0) it.pull();
				},
			});
			let asked = 0;
			const signer = await open(loginKey, {
				processes: 2,
				onAbsent: (_, isAbsent) => void (isAbsent && card.insert()),
				pin: async () => {
					asked++;
					return '123456';
				},
			});
			const outcomes = await Promise.all(
				Array.from({ length: 20 }, () =>
					signer.sign(message, { kind: 'ecdsa', digest: 'sha256' }).then(
						() => 'signed',
						(error: { code: string }) => error.code,
					),
				),
			);
			await signer.close();
			// A reader that is slow to notice may keep the driver waiting until its time is up.
			const lost = outcomes.filter((outcome) => outcome !== 'signed');
			expect(lost).toEqual([expect.stringMatching(/^(token-removed|token-failed|module-timeout)$/)]);
			expect({ asked, signatures: card.applet.signatures }).toEqual({ asked: at === 20 ? 1 : 2, signatures: 19 });
		},
	);
});
