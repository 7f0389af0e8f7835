import { afterAll, beforeAll, expect, it } from 'vitest';
import { DemoPki } from '../../test/kit/demoPki.ts';
import { type SoftToken, softToken } from '../../test/kit/softToken.ts';
import { HsmKey } from './hsmKey.ts';

let token: SoftToken;
beforeAll(async () => {
	await using pki = await DemoPki.start();
	token = await softToken({ entries: [{ label: 'other', issued: pki.issue({ commonName: 'Other' }) }] });
});
afterAll(() => token?.remove());

const open = (object = 'tenant', pin = token.pin) =>
	HsmKey.open({ uri: token.uri(object), pin: async () => pin, environment: { ...process.env, ...token.environment } });

it('wraps and unwraps in the token, where its key is made once and stays', async () => {
	const first = await open();
	const wrapped = await first.wrap(Buffer.alloc(32, 7), 'document-key:t:d1');
	expect((await first.unwrap(wrapped, 'document-key:t:d1')).equals(Buffer.alloc(32, 7))).toBe(true);
	await first.close();
	const second = await open();
	expect((await second.unwrap(wrapped, 'document-key:t:d1')).equals(Buffer.alloc(32, 7))).toBe(true);
	await expect(second.unwrap(wrapped, 'document-key:t:d2')).rejects.toMatchObject({ code: 'sealed-damaged' });
	await second.close();
});

it('does not open what another key of the token wrapped', async () => {
	const [one, other] = [await open('one'), await open('two')];
	const wrapped = await one.wrap(Buffer.from('key'), 'context');
	await expect(other.unwrap(wrapped, 'context')).rejects.toMatchObject({ code: 'sealed-damaged' });
	// A refusal is no fault of the session: it goes on.
	expect((await one.unwrap(wrapped, 'context')).toString()).toBe('key');
	await Promise.all([one.close(), other.close()]);
});

it('says so when the PIN is wrong, or the token is not there', async () => {
	await expect(open('tenant', '0000')).rejects.toMatchObject({ code: 'pin-incorrect' });
	const uri = token.uri('tenant').replace('token=', 'token=no');
	const missing = HsmKey.open({
		uri,
		pin: async () => token.pin,
		environment: { ...process.env, ...token.environment },
	});
	await expect(missing).rejects.toMatchObject({ code: 'token-not-found' });
});
