import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fetcher } from '../../core/ports/fetcher.ts';
import { chosenFactors } from './credential.ts';
import { openCscSigner } from './openCscSigner.ts';

/** Answers `info` as a service does, and everything else with the same body. */
const serviceOf = (body: string, status = 200): Fetcher => ({
	fetch: async ({ url }) => ({
		status: url.endsWith('v2/info') ? 200 : status,
		contentType: 'application/json',
		body: Buffer.from(url.endsWith('v2/info') ? '{"specs":"2.0.0.2"}' : body),
		headers: {},
		retryAfter: undefined,
		url,
	}),
});
const open = (fetcher: Fetcher) => openCscSigner({ address: 'https://sign.example/csc/v2#x', fetcher });

describe('what a service may answer', () => {
	it.each([
		['nothing', ''],
		['a page', '<html>'],
		['null', 'null'],
		['a list', '[]'],
		['an empty object', '{}'],
		['a key that is a text', '{"key":"k","cert":{}}'],
		['a certificate that is none', '{"key":{"algo":[]},"cert":{"certificates":["AAAA"]},"multisign":1}'],
	])('is refused in words when it is %s', async (_, body) => {
		await expect(open(serviceOf(body))).rejects.toMatchObject({ code: 'remote-unreadable' });
	});

	it('is quoted on one line, without what steers a terminal', async () => {
		const body = JSON.stringify({ error: 'invalid_request', error_description: '\u001b[2J no\r\n\u202eway.' });
		await expect(open(serviceOf(body, 400))).rejects.toMatchObject({
			code: 'remote-refused',
			message: 'sign.example refused credentials/info: [2J no way.',
		});
	});

	it('may be any JSON', async () => {
		await fc.assert(
			fc.asyncProperty(fc.json(), async (body) => {
				await expect(open(serviceOf(body))).rejects.toHaveProperty('hint');
			}),
			{ numRuns: 200 },
		);
	});

	it('may be any expression of factors', () => {
		const word = fc.constantFrom('(', ')', 'AND', 'OR', 'XOR', 'PIN', 'OTP', '((', ' ');
		fc.assert(fc.property(fc.array(word), (words) => void chosenFactors(words.join(' '))));
		expect(chosenFactors('('.repeat(1_000_000))).toEqual(new Set());
	});
});
