import { afterAll, beforeAll, expect, it } from 'vitest';
import { oidcStarted, session } from '../../core/postings/protocol/auth.ts';
import { OidcIssuer } from '../../test/kit/oidcIssuer.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';

let issuer: OidcIssuer;
let site: ServiceSite;
beforeAll(async () => {
	issuer = await OidcIssuer.start();
	site = await ServiceSite.start({
		config: {
			limits: { loginsPerMinute: 1000 },
			login: {
				oidc: [
					{
						issuer: issuer.url,
						name: 'Test ID',
						clientId: issuer.clientId,
						levels: { 'urn:high': 4, 'urn:substantial': 3 },
						defaultLevel: 1,
						identifierClaim: 'pid',
						role: 'member',
					},
				],
			},
		},
	});
	issuer.serve(`${site.url}/login/oidc/callback`);
});
afterAll(async () => {
	await site?.close();
	await issuer?.stop();
});

const kari = (acr: string) => ({
	sub: 'kari',
	acr,
	claims: {
		name: 'Kari Nordmann',
		email: 'kari@example.org',
		email_verified: true,
		pid: 'PNONO-15038412345',
		locale: 'nb',
	},
});

const begin = async () =>
	oidcStarted.parse((await site.ask('POST', '/v1/auth/oidc', { json: { issuer: issuer.url } })).body);
const collect = (login: string) => site.ask('POST', '/v1/auth/oidc/session', { json: { login } });
const callback = async (address: string) => {
	const { pathname, search } = new URL(address);
	return site.ask('GET', pathname + search);
};
const confirmationIn = (page: unknown): string => /name="confirmation" value="([^"]+)"/.exec(String(page))?.[1] ?? '';

it('gives an application its session once the person has confirmed in the browser that it is theirs', async () => {
	issuer.person = kari('urn:high');
	const { url, login } = await begin();
	expect((await collect(login)).body).toMatchObject({ code: 'login-pending' });
	const page = await callback(await issuer.visit(url));
	expect(page.body).toContain('Kari Nordmann');
	expect(page.body).toContain(login.slice(-4).toUpperCase());
	expect((await collect(login)).body).toMatchObject({ code: 'login-pending' });
	const body = new URLSearchParams({ login, confirmation: confirmationIn(page.body) }).toString();
	const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: site.url };
	expect(
		(await site.ask('POST', '/login/oidc/confirm', { body, headers: { ...headers, origin: 'https://evil.example' } }))
			.status,
	).toBe(403);
	expect((await site.ask('POST', '/login/oidc/confirm', { body, headers })).status).toBe(200);
	const { account } = session.parse((await collect(login)).body);
	expect(account).toMatchObject({
		name: 'Kari Nordmann',
		email: 'kari@example.org',
		language: 'nb',
		level: 4,
		role: 'member',
		identifiers: ['PNONO-15038412345'],
	});
	expect((await collect(login)).body).toMatchObject({ code: 'login-pending' });
});

it('does not log in the application of whoever sent a link', async () => {
	issuer.person = kari('urn:high');
	const { url, login } = await begin();
	const page = await callback(await issuer.visit(url));
	// The sender knows the login, and cannot guess what the page of the other holds.
	const body = new URLSearchParams({ login, confirmation: 'guessed' }).toString();
	const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: site.url };
	expect((await site.ask('POST', '/login/oidc/confirm', { body, headers })).status).toBe(401);
	expect(confirmationIn(page.body)).not.toBe('');
	expect((await collect(login)).body).toMatchObject({ code: 'login-pending' });
});

it.each([
	['urn:high', 4],
	['urn:substantial', 3],
	['urn:unknown', 1],
])('takes %s for level %i', async (acr, level) => {
	issuer.person = { ...kari(acr), sub: `person-${level}`, claims: { name: 'Somebody' } };
	const entered = await enter('/');
	const answer = await site.ask('GET', '/', { headers: { cookie: entered.cookie } });
	expect(answer.status).toBe(200);
	const { events } = site.service.parts;
	const last = (await events.read(site.tenant, { from: 1, limit: 1000 }))
		.map(({ body }) => JSON.parse(body))
		.findLast(({ action }) => action === 'login.succeeded');
	expect(last).toMatchObject({ level, detail: { method: issuer.url } });
});

/** A login on the service's own page, by a browser with cookies. */
async function enter(to: string) {
	const started = await site.ask(
		'GET',
		`/login/oidc?issuer=${encodeURIComponent(issuer.url)}&to=${encodeURIComponent(to)}`,
	);
	const binding = started.headers.getSetCookie()[0]?.split(';')[0] ?? '';
	const back = new URL(await issuer.visit(started.headers.get('location') ?? ''));
	const done = await site.ask('GET', back.pathname + back.search, { headers: { cookie: binding } });
	const cookie =
		done.headers
			.getSetCookie()
			.find((line) => line.startsWith('paraph='))
			?.split(';')[0] ?? '';
	return { back, cookie, location: done.headers.get('location'), status: done.status };
}

it('brings a browser back to where it wanted, and nowhere else', async () => {
	issuer.person = kari('urn:high');
	expect((await enter('/p/01890a5d-ac96-774b-bcce-b302099a8057')).location).toBe(
		'/p/01890a5d-ac96-774b-bcce-b302099a8057',
	);
	expect((await enter('//evil.example/')).location).toBe('/');
	expect((await enter('https://evil.example/')).location).toBe('/');
});

it('refuses a login that another browser began, a code that is used again, and one that was not begun', async () => {
	issuer.person = kari('urn:high');
	const started = await site.ask('GET', `/login/oidc?issuer=${encodeURIComponent(issuer.url)}`);
	const back = await issuer.visit(started.headers.get('location') ?? '');
	expect((await callback(back)).status).toBe(401);
	expect((await callback(back)).status).toBe(401);
	expect((await callback(`${site.url}/login/oidc/callback?state=x&code=y`)).status).toBe(401);
});

it('says that a person did not get in', async () => {
	issuer.person = undefined;
	const { url } = await begin();
	const page = await callback(await issuer.visit(url));
	expect(page.status).toBe(401);
	expect(page.body).toContain('did not confirm');
});

it('knows no issuer that is not configured', async () => {
	const answer = await site.ask('POST', '/v1/auth/oidc', { json: { issuer: 'https://evil.example' } });
	expect(answer.body).toMatchObject({ code: 'login-not-offered' });
});
