import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MailServer } from '../../test/kit/mailServer.ts';
import { OidcIssuer } from '../../test/kit/oidcIssuer.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { Connection } from './connection.ts';
import { beginMailLogin, finishMailLogin, logInByBrowser, loginMethodsOf } from './otherLogins.ts';

let issuer: OidcIssuer;
let mail: MailServer;
let site: ServiceSite;
let connection: Connection;
const fetcher = new HttpFetcher();
beforeAll(async () => {
	issuer = await OidcIssuer.start();
	mail = await MailServer.start();
	const { clientId, url } = issuer;
	site = await ServiceSite.start({
		config: {
			limits: { loginsPerMinute: 1000 },
			mail: { url: mail.url, from: 'Paraph <paraph@example.org>' },
			login: {
				mail: true,
				oidc: [{ issuer: url, name: 'Test ID', clientId, levels: { high: 4 }, defaultLevel: 1, role: 'member' }],
			},
		},
	});
	issuer.serve(`${site.url}/login/oidc/callback`);
	connection = new Connection(fetcher, site.url);
});
afterAll(async () => {
	await fetcher.close();
	await site?.close();
	await mail?.stop();
	await issuer?.stop();
});

/** What a person does in the browser: logs in, reads the code, and says that the login is theirs. */
async function answer(url: string, code: string): Promise<void> {
	const back = new URL(await issuer.visit(url));
	const page = await site.ask('GET', back.pathname + back.search);
	expect(page.body).toContain(code);
	const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(String(page.body))?.[1] ?? '';
	const body = new URLSearchParams({ login: hidden('login'), confirmation: hidden('confirmation') }).toString();
	const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: site.url };
	expect((await site.ask('POST', '/login/oidc/confirm', { body, headers })).status).toBe(200);
}

it('are told by the service', async () => {
	expect(await loginMethodsOf(connection)).toMatchObject({
		oidc: [{ issuer: issuer.url, name: 'Test ID' }],
		mail: true,
	});
});

describe('a login in the browser', () => {
	it('ends here when the person has confirmed it there', async () => {
		issuer.person = { sub: 'kari', acr: 'high', claims: { name: 'Kari Nordmann' } };
		const show = (url: string, code: string) => void answer(url, code);
		const session = await logInByBrowser(connection, { issuer: issuer.url, show, interval: 20 });
		expect(session.account).toMatchObject({ name: 'Kari Nordmann', level: 4 });
	});

	it('can be given up', async () => {
		const controller = new AbortController();
		const show = () => controller.abort();
		const login = { issuer: issuer.url, show, interval: 20, signal: controller.signal };
		await expect(logInByBrowser(connection, login)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
	});

	it('is not begun at an issuer that the service does not know', async () => {
		const login = { issuer: 'https://elsewhere.example', show: () => expect.unreachable() };
		await expect(logInByBrowser(connection, login)).rejects.toThrow(
			expect.objectContaining({ code: 'login-not-offered' }),
		);
	});
});

describe('a login by mail', () => {
	const begin = async (email: string) => {
		const login = await beginMailLogin(connection, { email, language: 'en' });
		await expect.poll(() => mail.loginCode(email), { timeout: 20_000 }).toBeDefined();
		return { login, code: mail.loginCode(email) ?? '' };
	};

	it('takes the code that came', async () => {
		const { login, code } = await begin('kari@example.org');
		const { account } = await finishMailLogin(connection, login, code);
		expect(account).toMatchObject({ email: 'kari@example.org', level: 1 });
	});

	it('is over after a code that did not come', async () => {
		const { login, code } = await begin('ola@example.org');
		const other = code === '000000' ? '000001' : '000000';
		await expect(finishMailLogin(connection, login, other)).rejects.toThrow(
			expect.objectContaining({ code: 'code-wrong' }),
		);
		await expect(finishMailLogin(connection, login, code)).rejects.toThrow(
			expect.objectContaining({ code: 'challenge-unknown' }),
		);
	});
});
