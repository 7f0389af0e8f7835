import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../core/pki/selfSignedCertificate.ts';
import { ServiceSite } from '../../test/kit/serviceSite.ts';

let site: ServiceSite;
beforeAll(async () => {
	site = await ServiceSite.start();
});
afterAll(() => site?.close());

interface OpenApi {
	readonly openapi: string;
	readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary?: string }>>>>;
}

describe('the service over HTTP', () => {
	it('says that it is well, and counts for this machine', async () => {
		expect((await site.ask('GET', '/healthz')).body).toEqual({ status: 'ok' });
		const metrics = await site.ask('GET', '/metrics');
		expect(metrics.headers.get('content-type')).toContain('text/plain');
		expect(metrics.body).toMatch(/^paraph_requests_total\{method="GET",route="\/healthz",status="200"\} 1$/m);
	});

	it('documents every route of the protocol, by the schemas that check it, and shows it without a script', async () => {
		const { body } = await site.ask('GET', '/openapi.json');
		const { openapi, paths } = body as OpenApi;
		expect(openapi).toBe('3.1.0');
		for (const path of ['/v1/ops', '/v1/changes', '/v1/snapshot', '/v1/blobs/{sha256}', '/v1/uploads', '/v1/events'])
			expect(Object.keys(paths)).toContain(path);
		for (const operations of Object.values(paths))
			for (const { summary } of Object.values(operations)) expect(summary).toMatch(/\S/);
		const page = await site.ask('GET', '/docs');
		expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
		expect(page.body).toContain('POST /v1/ops');
		expect(page.body).not.toMatch(/<script|https?:\/\/(?!joinup)/);
	});

	it('refuses whoever is not logged in, on every route that is not for everybody', async () => {
		const { paths } = (await site.ask('GET', '/openapi.json')).body as OpenApi;
		const open = /^\/(healthz|metrics)|^\/v1\/auth\/(methods|challenges|card|oidc|mail)/;
		for (const [path, operations] of Object.entries(paths))
			for (const method of Object.keys(operations)) {
				if (open.test(path) || method === 'options') continue;
				const answer = await site.ask(method.toUpperCase(), path.replace(/\{\w+\}/g, '0'), {
					...(method === 'head' || method === 'get' ? {} : { json: {} }),
				});
				expect([method, path, answer.status]).toEqual([method, path, 401]);
			}
	});

	it('lets nobody in with a token that is none', async () => {
		const { token } = await site.logIn(site.person('Kari', 'PNONO-1'));
		for (const wrong of ['', 'x', `${token}x`, token.slice(1), '../../etc'])
			expect((await site.ask('GET', '/v1/snapshot', { token: wrong })).status).toBe(401);
		// A cookie is for pages: the API takes no notice of it.
		expect((await site.ask('GET', '/v1/snapshot', { headers: { cookie: `paraph=${token}` } })).status).toBe(401);
		expect((await site.ask('GET', '/v1/snapshot', { token })).status).toBe(200);
	});

	it('keeps events for auditors and administrators', async () => {
		const { token } = await site.logIn(site.person('Kari', 'PNONO-2'));
		const answer = await site.ask('GET', '/v1/events', { token });
		expect(answer.status).toBe(403);
		expect(answer.body).toMatchObject({ code: 'role-forbids', hint: expect.any(String) });
	});

	it.each([
		['an address that is none', 'GET', '/v1/nothing', {}, 404, 'not-found'],
		[
			'what is no JSON',
			'POST',
			'/v1/auth/card',
			{ body: '{', headers: { 'content-type': 'application/json' } },
			400,
			'request-invalid',
		],
		[
			'another type',
			'POST',
			'/v1/auth/card',
			{ body: '<x/>', headers: { 'content-type': 'text/xml' } },
			415,
			'unsupported-type',
		],
		['too much', 'POST', '/v1/auth/card', { json: { certificate: 'A'.repeat(5_000_000) } }, 413, 'too-large'],
		['a field that is missing', 'POST', '/v1/auth/mail', { json: {} }, 400, 'request-invalid'],
		[
			'a login that is not offered',
			'POST',
			'/v1/auth/mail',
			{ json: { email: 'kari@example.org' } },
			404,
			'login-not-offered',
		],
	])('answers %s with a problem and no stack', async (_, method, path, request, status, code) => {
		const answer = await site.ask(method, path, request);
		expect(answer.status).toBe(status);
		expect(answer.headers.get('content-type')).toContain('application/problem+json');
		expect(Object.keys(answer.body as object).sort()).toEqual(['code', 'hint', 'message', 'status']);
		expect(answer.body).toMatchObject({ code, status });
		expect(JSON.stringify(answer.body)).not.toMatch(/\.ts:|node_modules/);
	});
});

describe('a service behind a proxy', () => {
	it('keeps a silent connection longer than the proxy', async () => {
		const { headers } = await site.ask('GET', '/healthz');
		expect(headers.get('keep-alive')).toBe('timeout=72');
	});

	it('refuses what came to the proxy without TLS, and says so to browsers that came with it', async () => {
		await using proxied = await ServiceSite.start({
			config: { listen: { port: 0, behindProxy: ['127.0.0.1'] }, publicUrl: 'https://sign.example.org' },
		});
		const forwarded = (proto: string) =>
			proxied.ask('GET', '/healthz', { headers: { 'x-forwarded-for': '192.0.2.1', 'x-forwarded-proto': proto } });
		expect((await forwarded('http')).body).toMatchObject({ code: 'https-needed' });
		const secure = await forwarded('https');
		expect(secure.status).toBe(200);
		expect(secure.headers.get('strict-transport-security')).toContain('max-age=63072000');
	});
});

describe('a service that is asked too often', () => {
	it('says when to come back', async () => {
		await using busy = await ServiceSite.start({ config: { limits: { requestsPerMinute: 5 } } });
		const answers = [];
		for (let count = 0; count < 8; count += 1) answers.push(await busy.ask('GET', '/v1/auth/methods'));
		expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
		expect(answers.at(-1)?.body).toMatchObject({ code: 'too-many-requests' });
		expect(answers.at(-1)?.headers.get('retry-after')).toMatch(/^\d+$/);
	});
});

describe('a login that fails again and again', () => {
	it('locks out the address after five, for a quarter of an hour, and records each', async () => {
		const clock = { time: Date.now(), now: () => new Date(clock.time) };
		await using locked = await ServiceSite.start({ clock });
		const kari = locked.person('Kari', 'PNONO-3');
		const wrong = async () => ({ ...(await locked.prove(kari)), signature: 'AAAA' });
		for (let count = 0; count < 5; count += 1)
			expect((await locked.ask('POST', '/v1/auth/card', { json: await wrong() })).body).toMatchObject({
				code: 'challenge-signature',
			});
		const refused = await locked.ask('POST', '/v1/auth/card', { json: await locked.prove(kari) });
		expect(refused.status).toBe(429);
		expect(refused.body).toMatchObject({ code: 'locked-out' });
		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(800);
		clock.time += 15 * 60_000 + 1;
		expect((await locked.logIn(kari)).account.name).toBe('Kari');
		const { events } = locked.service.parts;
		const actions = (await events.read(locked.tenant, { from: 1, limit: 100 })).map(
			({ body }) => JSON.parse(body).action,
		);
		expect(actions).toEqual([...Array(4).fill('login.failed'), 'login.locked', 'login.succeeded']);
	});
});

describe('a service with a certificate', () => {
	it('speaks TLS 1.2 and 1.3 with HSTS, and takes a new certificate without a stop', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'paraph-tls-'));
		const write = (name: string): void => {
			const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
			const [notBefore, notAfter] = [new Date(Date.now() - 60_000), new Date(Date.now() + 3_600_000)];
			const certificate = selfSignedCertificate({
				key: privateKey,
				name,
				usage: 'digitalSignature',
				notBefore,
				notAfter,
			});
			writeFileSync(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
			const base64 = Buffer.from(certificate).toString('base64');
			writeFileSync(join(folder, 'cert.pem'), `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`);
		};
		write('first');
		const tls = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
		await using secure = await ServiceSite.start({ config: { listen: { port: 0, tls } } });
		const ask = (options: RequestOptions): Promise<{ headers: IncomingHttpHeaders; name: string }> =>
			new Promise((resolve, reject) => {
				const sent = request(
					`${secure.url}/healthz`,
					{ rejectUnauthorized: false, agent: false, ...options },
					(answer) => {
						const { socket } = answer;
						const name = socket instanceof TLSSocket ? String(socket.getPeerCertificate().subject.CN) : 'none';
						answer.resume().on('end', () => resolve({ headers: answer.headers, name }));
					},
				);
				sent.on('error', reject).end();
			});
		const answer = await ask({ minVersion: 'TLSv1.3' });
		expect(answer.name).toBe('first');
		expect(answer.headers['strict-transport-security']).toContain('max-age=63072000');
		expect((await ask({ maxVersion: 'TLSv1.2' })).name).toBe('first');
		await expect(ask({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).rejects.toThrow();
		write('second');
		process.emit('SIGHUP', 'SIGHUP');
		expect((await ask({})).name).toBe('second');
		rmSync(folder, { recursive: true });
	});
});

describe('a service that is to stop', () => {
	it('does not wait for a connection on which nothing was asked', async () => {
		const site = await ServiceSite.start();
		const silent = connect(Number(new URL(site.url).port), '127.0.0.1');
		await once(silent, 'connect');
		// Connections are taken in their order: an answer shows that the silent one was.
		await site.ask('GET', '/healthz');
		const hungUp = once(silent, 'close');
		silent.resume();
		await site.close();
		await hungUp;
	});
});

describe('a folder of data', () => {
	it('is for one instance at a time', async () => {
		await using first = await ServiceSite.start();
		await expect(ServiceSite.start({ from: first })).rejects.toMatchObject({ code: 'data-in-use' });
	});
});
