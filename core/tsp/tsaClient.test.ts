import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../test/kit/demoPki.ts';
import { fuzzCases, mutated } from '../../test/kit/mutations.ts';
import { HttpFetcher } from '../net/httpFetcher.ts';
import { OfflineFetcher } from '../net/offlineFetcher.ts';
import { Certificate } from '../pki/certificate.ts';
import { digest } from '../pki/digest.ts';
import { IssuerSearch } from '../pki/issuerSearch.ts';
import { MemoryProofCache } from '../pki/proofCache.ts';
import { systemClock } from '../ports/clock.ts';
import { ParaphError } from '../ports/errors.ts';
import type { FetchResponse } from '../ports/fetcher.ts';
import { authorityTrust } from './authorityTrust.ts';
import { TimestampError } from './errors.ts';
import { parseTimestampToken } from './timestampToken.ts';
import { type TimestampWait, TsaClient, type TsaClientOptions } from './tsaClient.ts';

const imprint = { algorithm: 'sha256', digest: digest('sha256', Buffer.from('signature value')) } as const;
const fetcher = new HttpFetcher();
let pki: DemoPki;
let second: DemoPki;
beforeAll(async () => {
	[pki, second] = await Promise.all([startDemoPki(), startDemoPki({ name: 'Second' })]);
});
afterEach(() => pki.tsa.heal());
afterAll(() => Promise.all([fetcher.close(), pki.close(), second.close()]));

function client(options: Partial<TsaClientOptions> = {}): TsaClient {
	const authorities = [{ url: pki.tsa.url, timeout: 1000 }];
	return new TsaClient({ authorities, fetcher, clock: systemClock, sleep: async () => {}, ...options });
}

async function faultOf(asked: Promise<unknown>): Promise<TimestampError | undefined> {
	try {
		await asked;
		return undefined;
	} catch (error) {
		if (error instanceof TimestampError) return error;
		throw error;
	}
}

describe('a timestamp', () => {
	it('is over what was asked, at the time of the authority', async () => {
		const { token, url, failed } = await client().timestamp(imprint);
		expect(Buffer.compare(token.info.imprint.digest, imprint.digest)).toBe(0);
		expect(Math.abs(token.info.time.getTime() - Date.now())).toBeLessThan(5000);
		expect({ url, failed }).toEqual({ url: pki.tsa.url, failed: [] });
	});

	it('comes from the next authority when the first fails, and tells why', async () => {
		await pki.tsa.fail('html');
		const authorities = [{ url: pki.tsa.url }, { url: second.tsa.url }];
		const received = await client({ authorities }).timestamp(imprint);
		expect(received.url).toBe(second.tsa.url);
		expect(received.failed.map(({ code }) => code)).toEqual(['tsa-not-a-timestamp']);
	});
});

describe('an authority that nobody trusts', () => {
	const anchorsOf = (wanted: DemoPki) =>
		authorityTrust({
			anchors: [Certificate.parse(wanted.root.certificate)],
			known: [],
			issuers: new IssuerSearch(fetcher, new MemoryProofCache()),
			clock: systemClock,
		});

	it('gives way to one that somebody trusts', async () => {
		const authorities = [{ url: pki.tsa.url }, { url: second.tsa.url }];
		const received = await client({ authorities, isTrusted: anchorsOf(second) }).timestamp(imprint);
		expect(received).toMatchObject({ url: second.tsa.url, trusted: true });
		expect(received.failed.map(({ code }) => code)).toEqual(['tsa-untrusted']);
	});

	it('is taken where there is no other, and that is said', async () => {
		const received = await client({ isTrusted: anchorsOf(second) }).timestamp(imprint);
		expect(received).toMatchObject({ url: pki.tsa.url, trusted: false });
		expect(received.failed.map(({ code }) => code)).toEqual(['tsa-untrusted']);
	});
});

describe('a fault', () => {
	it.each([
		['down', 'tsa-unreachable'],
		['html', 'tsa-not-a-timestamp'],
		['truncated', 'tsa-truncated'],
		['empty', 'tsa-truncated'],
		[{ slow: 3000 }, 'tsa-timeout'],
		[{ status: 500 }, 'tsa-http-status'],
		[{ status: 401 }, 'tsa-unauthorised'],
		[{ status: 429 }, 'tsa-busy'],
		['rejected', 'tsa-rejected'],
		['wrong-nonce', 'tsa-wrong-nonce'],
		['no-nonce', 'tsa-wrong-nonce'],
		['wrong-imprint', 'tsa-wrong-imprint'],
		['wrong-purpose', 'tsa-bad-certificate'],
		['wrong-certificate-id', 'tsa-bad-certificate'],
		['no-certificates', 'tsa-bad-certificate'],
		['expired-certificate', 'tsa-expired-certificate'],
		['wrong-signature', 'tsa-bad-signature'],
	] as const)('%o is told as %s', async (fault, code) => {
		await pki.tsa.fail(fault);
		expect((await faultOf(client({ patience: 3000 }).timestamp(imprint)))?.code).toBe(code);
	});

	it('of the authority carries its reason', async () => {
		await pki.tsa.fail('rejected');
		expect((await faultOf(client().timestamp(imprint)))?.failInfo).toEqual(['badAlg']);
	});

	it('of all authorities tells of each', async () => {
		const authorities = [{ url: pki.tsa.url }, { url: pki.tsa.url }];
		await pki.tsa.fail('rejected');
		const fault = await faultOf(client({ authorities }).timestamp(imprint));
		expect(fault?.attempts.map(({ code }) => code)).toEqual(['tsa-rejected', 'tsa-rejected']);
		expect(fault?.isNetwork).toBe(false);
	});

	it('of the network is told from others, so that trying later is offered', async () => {
		expect(await faultOf(client({ fetcher: new OfflineFetcher() }).timestamp(imprint))).toMatchObject({
			code: 'tsa-offline',
			isNetwork: true,
		});
		expect((await faultOf(client({ authorities: [] }).timestamp(imprint)))?.code).toBe('tsa-missing');
	});
});

describe('waiting', () => {
	it('obeys Retry-After, says so, and then succeeds', async () => {
		const waits: TimestampWait[] = [];
		await pki.tsa.fail({ status: 429, retryAfter: 7 }, { times: 1 });
		await client({ onWait: (wait) => waits.push(wait) }).timestamp(imprint);
		expect(waits).toEqual([{ url: pki.tsa.url, reason: 'asked-to-wait', milliseconds: 7000 }]);
	});

	it('keeps the configured rate', async () => {
		const waits: TimestampWait[] = [];
		const stopped = { now: () => new Date() };
		const authorities = [{ url: pki.tsa.url, rate: 0.5 }];
		const limited = client({ authorities, clock: stopped, onWait: (wait) => waits.push(wait) });
		await limited.timestamp(imprint);
		await limited.timestamp(imprint);
		expect(waits).toEqual([expect.objectContaining({ reason: 'rate' })]);
	});
});

describe('an authority that takes one request a second', () => {
	/** Time goes on while somebody sleeps. */
	function limited() {
		let time = 0;
		let free = 0;
		const counts = { served: 0, refused: 0 };
		const refuse = (seconds: number): FetchResponse => {
			counts.refused++;
			return {
				status: 429,
				contentType: 'text/plain',
				body: new Uint8Array(),
				retryAfter: seconds,
				url: pki.tsa.url,
				headers: {},
			};
		};
		const options: Partial<TsaClientOptions> = {
			clock: { now: () => new Date(Date.UTC(2026, 10, 2) + time) },
			sleep: async (milliseconds) => {
				const due = time + milliseconds;
				await new Promise(setImmediate);
				time = Math.max(time, due);
			},
			fetcher: {
				fetch: async (request) => {
					if (time < free) return refuse(Math.ceil((free - time) / 1000));
					free = time + 1000;
					counts.served++;
					return fetcher.fetch(request);
				},
			},
		};
		return { client: client(options), counts };
	}

	it('gives as many timestamps as are wanted, and sends few away', async () => {
		const { client: one, counts } = limited();
		const received = await Promise.all(Array.from({ length: 60 }, () => one.timestamp(imprint)));
		expect(received).toHaveLength(60);
		expect(counts.served).toBe(60);
		// All come at once, and are sent away; then one is let in after the other.
		expect(counts.refused).toBeLessThanOrEqual(120);
	});

	it('does not keep those waiting who have given up', async () => {
		const { client: one } = limited();
		const giveUp = new AbortController();
		const asked = Array.from({ length: 20 }, () => faultOf(one.timestamp(imprint, giveUp.signal)));
		giveUp.abort();
		const codes = (await Promise.all(asked)).map((error) => error?.code);
		expect(new Set(codes.filter((code) => code !== undefined))).toEqual(new Set(['tsa-cancelled']));
	});
});

describe('probing', () => {
	it('finds a reachable authority without spending a timestamp', async () => {
		await expect(client().probe()).resolves.toBeUndefined();
	});

	it('finds that none is reachable', async () => {
		await pki.tsa.fail('down');
		expect((await faultOf(client().probe()))?.code).toBe('tsa-unreachable');
	});
});

it('meets hostile tokens with typed errors alone', async () => {
	const { token } = await client().timestamp(imprint);
	fc.assert(
		fc.property(mutated([token.der]), (damaged) => {
			try {
				parseTimestampToken(damaged);
			} catch (error) {
				expect(error).toBeInstanceOf(ParaphError);
			}
		}),
		{ numRuns: fuzzCases(1100) },
	);
});
