import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FetchRequest } from '../ports/fetcher.ts';
import { isPublicAddress } from './addressRules.ts';
import { HttpFetcher } from './httpFetcher.ts';
import { OfflineFetcher } from './offlineFetcher.ts';
import { parseRetryAfter } from './retryAfter.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let base: string;
let handler: Handler;
const asked: string[] = [];
const fetcher = new HttpFetcher();

beforeAll(async () => {
	server = createServer((request, response) => {
		asked.push(`${request.method} ${request.url}`);
		handler(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	base = `http://127.0.0.1:${portOf(server)}`;
});
afterEach(() => asked.splice(0));
afterAll(async () => {
	await fetcher.close();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

const portOf = (listening: Server): number => {
	const address: AddressInfo | string | null = listening.address();
	return typeof address === 'object' && address !== null ? address.port : 0;
};

const request = (changes: Partial<FetchRequest> = {}): FetchRequest => ({
	url: `${base}/`,
	method: 'GET',
	origin: 'configured',
	timeout: 2000,
	maximumSize: 1000,
	...changes,
});

describe('an exchange', () => {
	it('gives status, type and body, and posts what it is given', async () => {
		handler = (incoming, response) => {
			incoming.pipe(response.writeHead(201, { 'content-type': 'Application/OCSP-Response; x=y' }));
		};
		const response = await fetcher.fetch(
			request({ method: 'POST', body: Buffer.from('abc'), contentType: 'text/plain' }),
		);
		expect(response).toMatchObject({ status: 201, contentType: 'application/ocsp-response', retryAfter: undefined });
		expect(Buffer.from(response.body).toString()).toBe('abc');
	});

	it('answers with the error status of the server, and when to come again', async () => {
		handler = (_, response) => response.writeHead(429, { 'retry-after': '7' }).end();
		expect(await fetcher.fetch(request())).toMatchObject({ status: 429, retryAfter: 7 });
	});

	it('carries further headers both ways', async () => {
		handler = (incoming, response) => response.writeHead(204, { 'Upload-Offset': incoming.headers['if-match'] }).end();
		const response = await fetcher.fetch(request({ method: 'PATCH', headers: { 'if-match': '"5"' } }));
		expect(response.headers['upload-offset']).toBe('"5"');
		expect(asked).toEqual(['PATCH /']);
	});

	it('gives up at the size limit while the answer streams', async () => {
		handler = (_, response) => {
			response.on('error', () => {});
			const timer = setInterval(() => response.write(Buffer.alloc(600)), 5);
			response.on('close', () => clearInterval(timer));
		};
		await expect(fetcher.fetch(request())).rejects.toMatchObject({ code: 'too-large' });
	});

	it('gives up when the time is over', async () => {
		handler = () => {};
		await expect(fetcher.fetch(request({ timeout: 60 }))).rejects.toMatchObject({ code: 'timeout' });
	});

	it('tells an answer that broke off from a server that is down', async () => {
		handler = (_, response) => {
			response.writeHead(200, { 'content-length': '100' }).write('half');
			setTimeout(() => response.destroy(), 20);
		};
		await expect(fetcher.fetch(request())).rejects.toMatchObject({ code: 'wrong-content' });
		await expect(fetcher.fetch(request({ url: 'http://127.0.0.1:1/' }))).rejects.toMatchObject({ code: 'unreachable' });
	});

	it('is cancelled by the caller', async () => {
		handler = () => {};
		const controller = new AbortController();
		setTimeout(() => controller.abort(), 30);
		await expect(fetcher.fetch(request({ signal: controller.signal }))).rejects.toMatchObject({ code: 'cancelled' });
	});

	it('says so when the other side does not speak TLS', async () => {
		await expect(fetcher.fetch(request({ url: base.replace('http:', 'https:') }))).rejects.toMatchObject({
			code: 'tls',
		});
	});
});

describe('redirects', () => {
	it('are followed three times, not four', async () => {
		handler = (incoming, response) => {
			const left = Number(incoming.url?.slice(1));
			if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
			else response.end('there');
		};
		expect((await fetcher.fetch(request({ url: `${base}/3` }))).url).toBe(`${base}/0`);
		await expect(fetcher.fetch(request({ url: `${base}/4` }))).rejects.toMatchObject({ code: 'redirect-refused' });
	});

	it('do not take credentials to another host', async () => {
		const seen: (string | undefined)[] = [];
		handler = (incoming, response) => {
			seen.push(incoming.headers.authorization);
			if (incoming.url === '/a') response.writeHead(307, { location: `http://localhost:${portOf(server)}/b` }).end();
			else response.end();
		};
		const open = new HttpFetcher({ allowLocal: true });
		await open.fetch(request({ url: `${base}/a`, credentials: { user: 'u', password: 'p' } }));
		await open.close();
		expect(seen).toEqual([`Basic ${Buffer.from('u:p').toString('base64')}`, undefined]);
	});

	it('of a configured server to a local address of another name are a stranger’s', async () => {
		handler = (_, response) => response.writeHead(302, { location: `http://localhost:${portOf(server)}/b` }).end();
		await expect(fetcher.fetch(request({ url: `${base}/a` }))).rejects.toMatchObject({ code: 'address-refused' });
		expect(asked).toEqual(['GET /a']);
	});
});

describe('addresses written by strangers', () => {
	const addresses = (port: number): string[] => [
		`http://127.0.0.1:${port}/`,
		`http://localhost:${port}/`,
		`http://2130706433:${port}/`,
		`http://0x7f.1:${port}/`,
		`http://[::1]:${port}/`,
		`http://[::ffff:127.0.0.1]:${port}/`,
		`http://0.0.0.0:${port}/`,
		'http://169.254.169.254/latest/meta-data/',
		'http://10.0.0.1/',
		'ldap://example.com/cn=CA',
		'file:///etc/passwd',
		'not an address',
	];

	it('are refused where they are local, and the server is never asked', async () => {
		handler = (_, response) => response.end();
		for (const url of addresses(portOf(server)))
			await expect(fetcher.fetch(request({ url, origin: 'stranger' })), url).rejects.toMatchObject({
				code: 'address-refused',
			});
		expect(asked).toEqual([]);
	});

	it('are asked with network.allowLocal', async () => {
		handler = (_, response) => response.end();
		const open = new HttpFetcher({ allowLocal: true });
		for (const host of ['127.0.0.1', 'localhost'])
			await open.fetch(request({ url: `http://${host}:${portOf(server)}/`, origin: 'stranger' }));
		await open.close();
		expect(asked).toHaveLength(2);
	});

	it.each([
		['8.8.8.8', true],
		['172.15.0.1', true],
		['172.16.0.1', false],
		['100.64.0.1', false],
		['255.255.255.255', false],
		['2606:4700::1111', true],
		['::ffff:8.8.8.8', true],
		['::ffff:10.1.1.1', false],
		['fd00::1', false],
		['fe80::1', false],
		['64:ff9b::7f00:1', false],
		['2002:7f00:1::', false],
		['example.com', false],
	])('%s is public: %s', (address, expected) => {
		expect(isPublicAddress(address)).toBe(expected);
	});
});

describe('a proxy', () => {
	it('is asked for http with the whole address', async () => {
		handler = (incoming, response) => response.end(incoming.url);
		const through = new HttpFetcher({ proxy: base });
		const response = await through.fetch(request({ url: 'http://ocsp.example.test/x?y', origin: 'stranger' }));
		await through.close();
		expect(Buffer.from(response.body).toString()).toBe('http://ocsp.example.test/x?y');
	});

	it('is not asked for local addresses of strangers', async () => {
		const through = new HttpFetcher({ proxy: base });
		await expect(through.fetch(request({ url: 'http://192.168.1.1/', origin: 'stranger' }))).rejects.toMatchObject({
			code: 'address-refused',
		});
		await through.close();
		expect(asked).toEqual([]);
	});
});

describe('Retry-After', () => {
	const now = new Date('2026-01-01T00:00:00Z');
	it.each([
		['120', 120],
		['Thu, 01 Jan 2026 00:00:30 GMT', 30],
		['Wed, 31 Dec 2025 00:00:00 GMT', 0],
		['soon', undefined],
		[undefined, undefined],
	])('%s means %s seconds', (header, seconds) => {
		expect(parseRetryAfter(header, now)).toBe(seconds);
	});
});

it('offline, every request is refused', async () => {
	await expect(new OfflineFetcher().fetch(request())).rejects.toMatchObject({ code: 'offline' });
	expect(asked).toEqual([]);
});

it('asks nobody but local services when told so, redirects included', async () => {
	const local = new HttpFetcher({ only: (url) => url.pathname === '/local' });
	handler = (_, response) => response.writeHead(200).end();
	await expect(local.fetch(request({ url: `${base}/local` }))).resolves.toMatchObject({ status: 200 });
	await expect(local.fetch(request())).rejects.toMatchObject({ code: 'offline' });
	handler = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end();
	await expect(local.fetch(request({ url: `${base}/local` }))).rejects.toMatchObject({ code: 'offline' });
	expect(asked).toEqual(['GET /local', 'GET /local']);
	await local.close();
});
