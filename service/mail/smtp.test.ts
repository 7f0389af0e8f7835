import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MailServer } from '../../test/kit/mailServer.ts';
import { isRefusal, sendMessage } from './smtp.ts';

let server: MailServer;
let arrived: Buffer[] = [];
beforeAll(async () => {
	server = await MailServer.start();
	server.onChunk = (chunk) => arrived.push(chunk);
});
afterAll(() => server?.stop());
beforeEach(() => {
	server.received.length = 0;
	server.refusing = undefined;
	arrived = [];
});

const send = (beforeTheDot: () => Promise<void>) =>
	sendMessage(
		{ url: server.url, user: undefined, password: undefined, from: '' },
		{ from: 'paraph@example.org', to: 'kari@example.org', subject: 'Kvittering', text: 'Hei' },
		beforeTheDot,
	);

it('lets the server take a message no sooner than its sender is ready', async () => {
	await send(async () => {
		await expect.poll(() => Buffer.concat(arrived).toString(), { timeout: 10_000 }).toContain('Subject: Kvittering');
		expect(server.received).toEqual([]);
	});
	expect(server.received).toHaveLength(1);
});

it('gives a message up whose sender is not', async () => {
	const why = new Error('not mine');
	await expect(send(() => Promise.reject(why))).rejects.toThrow('not mine');
	await send(async () => {});
	expect(server.received).toHaveLength(1);
});

it('tells a refusal from a silence', async () => {
	server.refusing = 452;
	const refused = await send(async () => {}).catch((error: unknown) => error);
	expect(isRefusal(refused)).toBe(true);
	server.refusing = undefined;
	const broken = await send(async () => server.disconnect()).catch((error: unknown) => error);
	expect(broken).toBeInstanceOf(Error);
	expect(isRefusal(broken)).toBe(false);
});
