import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contextPrimitive } from '../../core/pki/der.ts';
import { der, sequence } from '../../core/pki/derWriter.ts';
import type { PostingContent, Role } from '../../core/postings/posting.ts';
import { extension } from '../../test/kit/demoPki/certificate.ts';
import { MailServer } from '../../test/kit/mailServer.ts';
import { sendPosting } from '../../test/kit/sentPosting.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';

let mail: MailServer;
let site: ServiceSite;
beforeAll(async () => {
	mail = await MailServer.start();
	site = await ServiceSite.start({
		config: {
			limits: { loginsPerMinute: 1000 },
			login: { mail: true },
			mail: { url: mail.url, from: 'Paraph <paraph@example.org>' },
		},
	});
});
afterAll(async () => {
	await site?.close();
	await mail?.stop();
});

const form = (cookie: string, values: Record<string, string>, origin = site.url) => ({
	body: new URLSearchParams(values).toString(),
	headers: { 'content-type': 'application/x-www-form-urlencoded', origin, cookie },
});

const send = (people: readonly (readonly [string, Role])[], change: Partial<PostingContent>) =>
	sendPosting(site, people, change);

/** A login with the code of the mail. @returns the cookie. */
async function enterByMail(email: string): Promise<string> {
	const before = mail.received.length;
	const page = await site.ask('POST', '/login/mail', form('', { email, to: '/' }));
	const login = /name="login" value="([^"]+)"/.exec(String(page.body))?.[1] ?? '';
	await expect.poll(() => mail.loginCode(email, before), { timeout: 20_000 }).toBeDefined();
	const code = mail.loginCode(email, before) ?? '';
	const entered = await site.ask('POST', '/login/mail/code', form('', { login, code, to: '/' }));
	expect(entered.status).toBe(303);
	return entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

const get = (path: string, cookie: string, language = 'en') =>
	site.ask('GET', path, { headers: { cookie, 'accept-language': language } });

describe('the page of a signatory', () => {
	it('asks for a login first, and shows nothing before', async () => {
		const posting = await send([['Anna', 'approver']], { minLevel: 1 });
		const answer = await get(`/p/${posting}`, '');
		expect(answer.status).toBe(303);
		expect(answer.headers.get('location')).toBe(`/login?to=${encodeURIComponent(`/p/${posting}`)}`);
		const login = await get(`/login?to=/p/${posting}`, '');
		expect(login.body).toContain('E-mail address');
		expect(login.body).not.toContain('Lease');
	});

	it('shows what was sent, lets it be taken away and approved, and tells the owner that it was opened', async () => {
		const posting = await send([['Bo', 'approver']], { minLevel: 1 });
		const cookie = await enterByMail('bo@example.com');
		const page = await get(`/p/${posting}`, cookie);
		expect(page.body).toContain('Lease of Storgata 1');
		expect(page.body).not.toMatch(/<script|\son\w+=|https?:\/\//);
		expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
		const [path = ''] = /\/p\/[^"]+\/documents\/[^"]+/.exec(String(page.body)) ?? [];
		const file = await get(path, cookie);
		expect(file.status).toBe(200);
		expect(String(file.body).startsWith('%PDF')).toBe(true);
		expect(file.headers.get('content-disposition')).toContain("filename*=UTF-8''contract.pdf");
		const as = /name="as" value="([^"]+)"/.exec(String(page.body))?.[1] ?? '';
		expect((await site.ask('POST', `/p/${posting}/approve`, form(cookie, { as }))).status).toBe(303);
		expect((await get(`/p/${posting}`, cookie)).body).toContain('approved');
		const { token } = await site.logIn(site.person('Olga', 'PNONO-OLGA'));
		const { body } = await site.ask('GET', `/v1/postings/${posting}/events`, { token });
		const actions = (body as { events: { action: string }[] }).events.map(({ action }) => action);
		expect(actions).toEqual(expect.arrayContaining(['signatory.opened', 'signatory.approved', 'posting.completed']));
	});

	it('takes a decline with its reason, from its own form alone', async () => {
		const posting = await send([['Cid', 'approver']], { minLevel: 1 });
		const cookie = await enterByMail('cid@example.com');
		const page = await get(`/p/${posting}`, cookie);
		const as = /name="as" value="([^"]+)"/.exec(String(page.body))?.[1] ?? '';
		const values = { as, reason: 'The rent is <b>too high</b>.' };
		const foreign = await site.ask('POST', `/p/${posting}/decline`, form(cookie, values, 'https://evil.example'));
		expect(foreign.status).toBe(403);
		expect((await site.ask('POST', `/p/${posting}/decline`, form(cookie, { as, reason: ' ' }))).status).toBe(400);
		expect((await site.ask('POST', `/p/${posting}/decline`, form(cookie, values))).status).toBe(303);
		expect((await get(`/p/${posting}`, cookie)).body).toContain('declined');
	});

	it('is nothing to somebody else, and asks for a stronger login where that is what is missing', async () => {
		const posting = await send([['Dan', 'approver']], { minLevel: 3 });
		const stranger = await enterByMail('eve@example.com');
		expect((await get(`/p/${posting}`, stranger)).status).toBe(404);
		expect((await get('/p/nonsense', stranger)).status).toBe(404);
		const weak = await enterByMail('dan@example.com');
		expect((await get(`/p/${posting}`, weak)).headers.get('location')).toMatch(/^\/login\?level=3/);
	});

	it.each([
		['en', 'Sent to you'],
		['nb-NO,nb;q=0.9', 'Sendt til deg'],
		['fr', 'Envois reçus'],
		['de-CH,de;q=0.8,en;q=0.5', 'An Sie gesendet'],
	])('speaks %s', async (accepted, words) => {
		const chosen = accepted.slice(0, 2);
		const cookie = `${await enterByMail('fay@example.com')}; paraph-language=${chosen}`;
		const page = await get('/', cookie, accepted);
		expect(page.body).toContain(words);
		expect(page.body).toContain(`<html lang="${chosen}">`);
		const login = await get('/login', '', accepted);
		expect(login.body).toContain(`<html lang="${chosen}">`);
	});

	it('is the same person’s when they come back with a card that proves the address', async () => {
		const posting = await send([['Kim', 'approver']], { minLevel: 1 });
		expect((await get(`/p/${posting}`, await enterByMail('kim@example.com'))).status).toBe(200);
		const address = sequence(der(contextPrimitive(1), Buffer.from('kim@example.com', 'latin1')));
		const extensions = [extension('2.5.29.17', address)];
		const card = site.pki.issue({ commonName: 'Kim', identifier: 'PNONO-KIM', extensions });
		const { account, token } = await site.logIn(card);
		expect(account).toMatchObject({ level: 4, email: 'kim@example.com', identifiers: ['PNONO-KIM'] });
		expect((await site.ask('GET', `/v1/postings/${posting}`, { token })).body).toMatchObject({ relation: 'signatory' });
	});

	it('ends with the logout', async () => {
		const cookie = await enterByMail('gus@example.com');
		expect((await get('/', cookie)).status).toBe(200);
		expect((await site.ask('POST', '/logout', form(cookie, {}))).status).toBe(303);
		expect((await get('/', cookie)).status).toBe(303);
	});

	it('does not let a wrong code in, nor the same code twice', async () => {
		const page = await site.ask('POST', '/login/mail', form('', { email: 'hal@example.com', to: '/' }));
		const login = /name="login" value="([^"]+)"/.exec(String(page.body))?.[1] ?? '';
		for (const code of ['abcdef', '000000'])
			expect((await site.ask('POST', '/login/mail/code', form('', { login, code, to: '/' }))).status).toBe(401);
	});
});
