import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../test/kit/demoPki.ts';
import { type SoftToken, softToken } from '../test/kit/softToken.ts';
import { changePin, unblockPin } from './changePin.ts';
import type { DriverOptions } from './driverOptions.ts';
import type { TokenSnapshot } from './modules/protocol.ts';
import { openTokenSigner } from './openTokenSigner.ts';
import { listTokens } from './tokenList.ts';

const puk = '11223344';
let pki: DemoPki;
let token: SoftToken;
let options: DriverOptions;
let snapshot: TokenSnapshot;

beforeAll(async () => {
	pki = await startDemoPki();
	token = await softToken({ label: 'pins', puk, entries: [{ label: 'k1', issued: pki.issue({ key: 'p256' }) }] });
	options = { modules: [token.modulePath], environment: { ...process.env, ...token.environment } };
	const [module] = await listTokens(options);
	const found = module?.slots.find(({ state }) => state === 'present')?.slot.token;
	if (found === undefined) throw new Error('the token is not listed');
	snapshot = found;
});
afterAll(async () => {
	token.remove();
	await pki.close();
});

async function unlocks(pin: string): Promise<boolean> {
	const signer = await openTokenSigner({ ...options, uri: token.uri(), pin: async () => pin });
	return signer
		.unlock()
		.then(
			() => true,
			() => false,
		)
		.finally(() => signer.close());
}

describe('changePin', () => {
	it('gives the token another PIN', async () => {
		await changePin(token.modulePath, snapshot, { current: token.pin, next: '87654321' }, options);
		expect([await unlocks('87654321'), await unlocks(token.pin)]).toEqual([true, false]);
		await changePin(token.modulePath, snapshot, { current: '87654321', next: token.pin }, options);
		expect(await unlocks(token.pin)).toBe(true);
	});

	it('is refused with the wrong PIN', async () => {
		const pins = { current: '000000', next: '87654321' };
		await expect(changePin(token.modulePath, snapshot, pins, options)).rejects.toMatchObject({ code: 'pin-incorrect' });
	});

	it('says that the token is gone', async () => {
		const gone = { ...snapshot, serial: 'another' };
		const pins = { current: token.pin, next: '87654321' };
		await expect(changePin(token.modulePath, gone, pins, options)).rejects.toMatchObject({ code: 'token-removed' });
	});
});

describe('unblockPin', () => {
	it('gives the token a new PIN by the PUK, which stays as it is', async () => {
		await unblockPin(token.modulePath, snapshot, { puk, next: '55667788' }, options);
		expect([await unlocks('55667788'), await unlocks(token.pin)]).toEqual([true, false]);
		await unblockPin(token.modulePath, snapshot, { puk, next: token.pin }, options);
		expect(await unlocks(token.pin)).toBe(true);
	});

	it('refuses a new PIN that is too short, and leaves the old one', async () => {
		const refused = unblockPin(token.modulePath, snapshot, { puk, next: '1' }, options);
		await expect(refused).rejects.toMatchObject({ code: 'pin-length' });
		expect(await unlocks(token.pin)).toBe(true);
	});

	it('is refused with the wrong PUK', async () => {
		const pins = { puk: '000000', next: '87654321' };
		await expect(unblockPin(token.modulePath, snapshot, pins, options)).rejects.toMatchObject({
			code: 'pin-incorrect',
		});
	});
});
