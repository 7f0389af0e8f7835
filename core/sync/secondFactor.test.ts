import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../test/kit/authenticator.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { Connection } from './connection.ts';
import { enrolAuthenticator, giveCode } from './secondFactor.ts';

const clock = { ahead: 0, now: () => new Date(Date.now() + clock.ahead) };
const fetcher = new HttpFetcher();
let site: ServiceSite;
let begun: () => Promise<Connection>;
beforeAll(async () => {
	site = await ServiceSite.start({ clock, config: { administrators: ['PNONO-ADA'] } });
	const ada = site.person('Ada', 'PNONO-ADA');
	begun = async () => new Connection(fetcher, site.url, (await site.logIn(ada)).token);
});
afterAll(async () => {
	await fetcher.close();
	await site?.close();
});

const failing = (facts: object) => expect.objectContaining(facts);

describe('the login of an administrator', () => {
	it('is worth nothing before the code, and everything after it', async () => {
		const connection = await begun();
		const looked = () => connection.ask({ method: 'GET', path: '/v1/snapshot' });
		await expect(looked()).rejects.toThrow(failing({ code: 'login-needed' }));
		await expect(giveCode(connection, '000000')).rejects.toThrow(failing({ code: 'totp-not-enrolled' }));
		const { secret, uri } = await enrolAuthenticator(connection);
		expect(new URL(uri).searchParams.get('secret')).toBe(secret);
		await giveCode(connection, new Authenticator(secret).code(clock.now()));
		expect((await looked()).status).toBe(200);
		await expect(enrolAuthenticator(connection)).rejects.toThrow(failing({ code: 'totp-enrolled' }));
	});

	it('tells after a wrong code what remains, and at last how long to wait', async () => {
		clock.ahead += 60_000;
		const connection = await begun();
		const wrong = async (): Promise<unknown> => giveCode(connection, '000000').catch((error: unknown) => error);
		for (const triesLeft of [4, 3, 2, 1])
			expect(await wrong()).toMatchObject({ code: 'totp-wrong', triesLeft, notBefore: undefined });
		const error = await wrong();
		expect(error).toMatchObject({ code: 'locked-out', triesLeft: undefined, notBefore: expect.any(Date) });
		const wait = Object(error).notBefore.getTime() - Date.now();
		expect(wait).toBeGreaterThan(890_000);
		expect(wait).toBeLessThanOrEqual(900_000);
	});
});
