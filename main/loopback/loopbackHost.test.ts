import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PickedFile } from '../../preload/contract.ts';
import { PrivateFolder } from '../documents/privateFolder.ts';
import { LoopbackHost } from './loopbackHost.ts';
import { writeStartPage } from './startPage.ts';

interface Answer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

/** Bare HTTP: a browser's fetch would not let us lie about Host and Origin. */
function ask(
	address: string,
	options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const asked = request(address, { method: options.method ?? 'GET', headers: options.headers }, (response) => {
			let body = '';
			response.setEncoding('utf8');
			response.on('data', (text: string) => {
				body += text;
			});
			response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
		});
		asked.on('error', reject);
		asked.end(options.body);
	});
}

let built: string;
let folder: PrivateFolder;
let host: LoopbackHost;
let cookie: string;
const asked: { verb: string; argument: unknown }[] = [];
const dropped: string[] = [];

beforeAll(async () => {
	built = mkdtempSync(join(tmpdir(), 'paraph-built-'));
	for (const part of ['window', 'frame', 'bridge']) mkdirSync(join(built, part));
	writeFileSync(join(built, 'window/index.html'), '<head><meta nonce="PARAPH_NONCE"></head>window');
	writeFileSync(join(built, 'frame/index.html'), 'frame');
	writeFileSync(join(built, 'bridge/loopback.js'), 'bridge');
	writeFileSync(join(built, 'secret.txt'), 'secret');
	folder = new PrivateFolder();
	const at = (part: string) => join(built, part);
	host = await LoopbackHost.start({
		built: { window: at('window'), frame: at('frame'), bridge: at('bridge') },
		folder,
	});
	host.serve({
		dispatch: async (verb, argument) => {
			asked.push({ verb, argument });
			return verb === 'documents.read'
				? { ok: true, value: new Uint8Array([1, 2, 3]) }
				: { ok: true, value: { told: verb } };
		},
		openDropped: async (path) => {
			dropped.push(path);
			throw new Error('not looked at here');
		},
		pick: (path) => path as PickedFile,
		batch: { placeDropped: (name) => join(built, name), add: async (path) => void dropped.push(path) },
	});
	const admitted = await start(host.session.issue());
	cookie = String(admitted.headers['set-cookie']?.[0]).split(';')[0] ?? '';
});

afterAll(async () => {
	await host.close();
	folder.remove();
	rmSync(built, { recursive: true, force: true });
});

const start = (token: string, origin = 'null') =>
	ask(`${host.origin}/start`, {
		method: 'POST',
		headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
		body: `token=${token}`,
	});

const question = (headers: Record<string, string>, verb = 'app.info') =>
	ask(`${host.origin}/ask/${verb}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify({ argument: { a: 1 } }),
	});

describe('the token', () => {
	it('is exchanged for a cookie that scripts cannot read and other sites cannot send', async () => {
		const answer = await start(host.session.issue());
		expect(answer.status).toBe(200);
		expect(answer.headers['set-cookie']?.[0]).toMatch(/^paraph-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
	});

	it('works once', async () => {
		const token = host.session.issue();
		await start(token);
		const again = await start(token);
		expect(again.status).toBe(401);
		expect(again.headers['set-cookie']).toBeUndefined();
	});

	it('cannot be guessed, left out, or posted by another site', async () => {
		expect((await start('A'.repeat(43))).status).toBe(401);
		expect((await start('')).status).toBe(401);
		const token = host.session.issue();
		expect((await start(token, 'https://example.com')).status).toBe(403);
	});

	it('is handed over in a page that only this user can read', () => {
		const path = writeStartPage(folder, host.origin, 'TOKEN');
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect(statSync(folder.path).mode & 0o777).toBe(0o700);
		expect(readFileSync(path, 'utf8')).toContain('value="TOKEN"');
	});
});

describe('a question', () => {
	it('is answered to our own page with the cookie', async () => {
		const answer = await question({ cookie, origin: host.origin });
		expect(JSON.parse(answer.body)).toEqual({ ok: true, value: { told: 'app.info' } });
		expect(asked.at(-1)).toEqual({ verb: 'app.info', argument: { a: 1 } });
	});

	it('for bytes is answered with bytes', async () => {
		const answer = await question({ cookie, origin: host.origin }, 'documents.read');
		expect(answer.headers['content-type']).toBe('application/octet-stream');
		expect(answer.body).toBe('\u0001\u0002\u0003');
	});

	const refused: readonly [why: string, headers: () => Record<string, string>, status: number][] = [
		['without the cookie', () => ({ origin: host.origin }), 401],
		['with a wrong cookie', () => ({ origin: host.origin, cookie: `${cookie}x` }), 401],
		['without an origin', () => ({ cookie }), 403],
		['from another origin', () => ({ cookie, origin: 'https://example.com' }), 403],
		['from the frame’s origin', () => ({ cookie, origin: host.frameOrigin }), 403],
		['from a file', () => ({ cookie, origin: 'null' }), 403],
		['from another port', () => ({ cookie, origin: 'http://127.0.0.1:1' }), 403],
		['under another name (rebinding)', () => ({ cookie, origin: host.origin, host: 'evil.example' }), 403],
		[
			'under localhost',
			() => ({ cookie, origin: host.origin, host: host.origin.replace('http://127.0.0.1', 'localhost') }),
			403,
		],
		['as a form', () => ({ cookie, origin: host.origin, 'content-type': 'text/plain' }), 415],
		['said to be cross-site', () => ({ cookie, origin: host.origin, 'sec-fetch-site': 'cross-site' }), 403],
		['said to be from another port', () => ({ cookie, origin: host.origin, 'sec-fetch-site': 'same-site' }), 403],
	];
	for (const [why, headers, status] of refused) {
		it(`${why} is refused before anything is asked`, async () => {
			const before = asked.length;
			expect((await question(headers())).status).toBe(status);
			expect(asked.length).toBe(before);
		});
	}

	it('that is no JSON is a typed failure', async () => {
		const answer = await ask(`${host.origin}/ask/app.info`, {
			method: 'POST',
			headers: { cookie, origin: host.origin, 'content-type': 'application/json' },
			body: '{',
		});
		expect(JSON.parse(answer.body)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
	});
});

describe('the pages', () => {
	it('of the window are for the cookie’s holder alone', async () => {
		expect((await ask(`${host.origin}/`)).status).toBe(401);
		expect((await ask(`${host.origin}/events`)).status).toBe(401);
		const page = await ask(`${host.origin}/`, { headers: { cookie } });
		expect(page.body).toContain('<script src="/loopback.js"></script>');
	});

	it('of the window carry a new nonce each time, which the policy names', async () => {
		const one = await ask(`${host.origin}/`, { headers: { cookie } });
		const other = await ask(`${host.origin}/`, { headers: { cookie } });
		const nonce = /nonce="([^"]+)"/.exec(one.body)?.[1] ?? '';
		expect(one.headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
		expect(other.body).not.toContain(nonce);
	});

	it('allow nothing unsafe, nobody else’s pages around them, and no other origin', async () => {
		const pages = [await ask(`${host.origin}/`, { headers: { cookie } }), await ask(`${host.frameOrigin}/`)];
		for (const { headers } of pages) {
			expect(headers['content-security-policy']).toContain("default-src 'none'");
			expect(headers['content-security-policy']).not.toContain('unsafe');
			expect(headers['cross-origin-opener-policy']).toBe('same-origin');
			expect(headers['cross-origin-resource-policy']).toBe('same-origin');
			expect(headers['access-control-allow-origin']).toBeUndefined();
		}
		expect(pages[0]?.headers['content-security-policy']).toContain("frame-ancestors 'none'");
		expect(pages[1]?.headers['content-security-policy']).toContain(`frame-ancestors ${host.origin}`);
	});

	it('of the frame come without the bridge and answer no question', async () => {
		expect((await ask(`${host.frameOrigin}/loopback.js`)).status).toBe(404);
		const asking = await ask(`${host.frameOrigin}/ask/app.info`, { method: 'POST', headers: { cookie } });
		expect(asking.status).toBe(404);
		const elsewhere = await ask(`${host.frameOrigin}/`, { headers: { host: 'evil.example' } });
		expect(elsewhere.status).toBe(403);
	});

	it('are looked up, never found by a path', async () => {
		for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '//etc/passwd']) {
			expect((await ask(`${host.origin}${path}`, { headers: { cookie } })).status).toBe(404);
		}
	});
});

describe('a dropped file', () => {
	it('lands in the private folder, whatever it says it is called', async () => {
		await ask(`${host.origin}/open?name=${encodeURIComponent('../../.ssh/authorized_keys')}`, {
			method: 'POST',
			headers: { cookie, origin: host.origin },
			body: 'bytes',
		});
		const path = dropped.at(-1) ?? '';
		expect(folder.contains(path)).toBe(true);
		expect(path).toMatch(/\/_\.\._\.ssh_authorized_keys$/);
		expect(statSync(path).mode & 0o777).toBe(0o600);
	});
});

describe('a download', () => {
	it('can be fetched once, under its name', async () => {
		const path = join(built, 'secret.txt');
		const address = host.downloads.offer({ path, name: 'Vertrag ä.pdf' });
		const first = await ask(host.origin + address, { headers: { cookie } });
		expect(first.body).toBe('secret');
		expect(first.headers['content-disposition']).toBe("attachment; filename*=UTF-8''Vertrag%20%C3%A4.pdf");
		expect((await ask(host.origin + address, { headers: { cookie } })).status).toBe(404);
	});
});
