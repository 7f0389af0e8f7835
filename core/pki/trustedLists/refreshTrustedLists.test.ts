import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Service } from '../../../test/kit/demoPki/service.ts';
import { type DemoPki, type Issued, startDemoPki } from '../../../test/kit/demoPki.ts';
import { makeTrustedList } from '../../../test/kit/trustedListMaker.ts';
import { HttpFetcher } from '../../net/httpFetcher.ts';
import { systemClock } from '../../ports/clock.ts';
import { Certificate } from '../certificate.ts';
import { isRefreshDue, refreshTrustedLists } from './refreshTrustedLists.ts';

const fetcher = new HttpFetcher({ allowLocal: false });
/** What the server has at each path. */
const published = new Map<string, Uint8Array>();
const server = new Service([], ({ path }) => {
	const body = published.get(path);
	return body === undefined
		? { status: 404, contentType: 'text/plain', body: Buffer.from('nothing') }
		: { contentType: 'application/vnd.etsi.tsl+xml', body };
});
let pki: DemoPki;
let union: Issued;
let norway: Issued;
let folder: string;
beforeAll(async () => {
	pki = await startDemoPki();
	await server.start();
	union = pki.issue();
	norway = pki.issue();
});
afterAll(async () => {
	await Promise.all([pki.close(), server.close(), fetcher.close()]);
});
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-refresh-'));
	published.clear();
	publish(1);
	return () => rmSync(folder, { recursive: true });
});

function publish(sequenceNumber: number, territory = 'NO'): void {
	const pointers = [{ location: `${server.url}/no.xml`, territory: 'NO', signers: [norway.certificate] }];
	published.set('/lotl.xml', makeTrustedList({ territory: 'EU', listOfLists: true, sequenceNumber, pointers }, union));
	published.set('/no.xml', makeTrustedList({ territory, sequenceNumber }, norway));
}

const refresh = async () => {
	const signers = [Certificate.parse(union.certificate)];
	const lotl = `${server.url}/lotl.xml`;
	const { fetched, refused } = await refreshTrustedLists({ lotl, signers, folder, fetcher, clock: systemClock });
	return { fetched, refused: refused.map(({ error }) => error.code) };
};

it('fetches the list of lists and those it points to, at addresses of its own network, too', async () => {
	expect(await isRefreshDue(folder, systemClock)).toBe(true);
	expect(await refresh()).toEqual({ fetched: ['EU', 'NO'], refused: [] });
	expect(readdirSync(folder).sort()).toEqual(['NO.xml', 'lotl.xml']);
	expect(await isRefreshDue(folder, systemClock)).toBe(false);
	expect(await isRefreshDue(folder, { now: () => new Date(Date.now() + 25 * 3_600_000) })).toBe(true);
});

it('keeps what it has of a list that cannot be fetched', async () => {
	await refresh();
	published.delete('/no.xml');
	expect(await refresh()).toEqual({ fetched: ['EU'], refused: ['http-status'] });
	expect(readdirSync(folder)).toContain('NO.xml');
});

it('does not let an older list replace a newer one', async () => {
	publish(7);
	await refresh();
	publish(6);
	expect(await refresh()).toEqual({ fetched: [], refused: ['list-older'] });
});

it('takes no list of another territory in the place of the one named', async () => {
	publish(1, 'SE');
	expect(await refresh()).toEqual({ fetched: ['EU'], refused: ['list-signer-unknown'] });
	expect(readdirSync(folder)).toEqual(['lotl.xml']);
});
