import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Service } from '../../../test/kit/demoPki/service.ts';
import { type DemoPki, type Issued, startDemoPki } from '../../../test/kit/demoPki.ts';
import { makeTrustedList } from '../../../test/kit/trustedListMaker.ts';
import { HttpFetcher } from '../../net/httpFetcher.ts';
import { systemClock } from '../../ports/clock.ts';
import { Certificate } from '../certificate.ts';
import { isRefreshDue, refreshTrustedLists } from './refreshTrustedLists.ts';
import { loadTrustedLists } from './trustedListStore.ts';

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

describe('a scheme that changed its own key', () => {
	/** Signers of the list of lists, the first of whom is configured. */
	let keys: readonly [Issued, Issued, Issued];
	const url = (name: string): string => `${server.url}/${name}`;

	/** A list of lists by one of the keys, which names the signer of the next. */
	function publishAs(
		name: string,
		sequenceNumber: number,
		signer: Issued,
		next: Issued,
		earlier: readonly string[] = [],
	) {
		const pointers = [
			{ location: url('lotl.xml'), territory: 'EU', listOfLists: true, signers: [next.certificate] },
			{ location: url('no.xml'), territory: 'NO', signers: [norway.certificate] },
		];
		const addresses = [...earlier.map(url), 'http://eur-lex.test/oj', url('not-a-pivot.xml')];
		const content = { territory: 'EU', listOfLists: true, sequenceNumber, pointers, addresses };
		published.set(`/${name}`, makeTrustedList(content, signer));
	}

	const refreshFrom = async (configured: Issued) => {
		const signers = [Certificate.parse(configured.certificate)];
		const options = { lotl: url('lotl.xml'), signers, folder, fetcher, clock: systemClock };
		const { fetched, refused } = await refreshTrustedLists(options);
		return { fetched, refused: refused.map(({ error }) => error.code) };
	};

	beforeEach(() => {
		keys = [union, pki.issue(), pki.issue()];
		const [first, second, third] = keys;
		publishAs('pivot-1.xml', 1, first, second);
		publishAs('pivot-2.xml', 2, second, third, ['pivot-1.xml']);
		publishAs('lotl.xml', 3, third, third, ['pivot-2.xml', 'pivot-1.xml']);
	});

	it('is followed from the configured key to the present one, and offline from what was kept', async () => {
		expect(await refreshFrom(union)).toEqual({ fetched: ['EU', 'NO'], refused: [] });
		expect(readdirSync(folder).sort()).toEqual(['NO.xml', 'lotl-pivot-1.xml', 'lotl-pivot-2.xml', 'lotl.xml']);
		const paths = readdirSync(folder).map((name) => join(folder, name));
		const { lists, refused } = loadTrustedLists(paths, [Certificate.parse(union.certificate)]);
		expect(refused).toEqual([]);
		expect(lists.lists.map(({ list }) => `${list.territory} ${list.sequenceNumber}`)).toEqual(['EU 3', 'NO 1']);
	});

	it('asks for no pivot twice', async () => {
		await refreshFrom(union);
		published.delete('/pivot-1.xml');
		published.delete('/pivot-2.xml');
		expect(await refreshFrom(union)).toEqual({ fetched: ['EU', 'NO'], refused: [] });
	});

	it.each<[string, () => void]>([
		['no pivot was signed by somebody known', () => publishAs('pivot-1.xml', 1, pki.issue(), keys[1])],
		['a pivot in between was signed by somebody else', () => publishAs('pivot-2.xml', 2, pki.issue(), keys[2])],
		[
			'a key that was given up signs the present list',
			() => publishAs('lotl.xml', 3, keys[1], keys[1], ['pivot-2.xml', 'pivot-1.xml']),
		],
	])('is not followed where %s', async (_what, change) => {
		change();
		const { fetched, refused } = await refreshFrom(union);
		expect(fetched).toEqual([]);
		expect(refused).toEqual(['list-signer-unknown']);
	});

	it('lets pivots teach nothing about the lists of territories', async () => {
		const pointers = [
			{ location: url('lotl.xml'), territory: 'EU', listOfLists: true, signers: [keys[2].certificate] },
		];
		const addresses = ['pivot-2.xml', 'pivot-1.xml'].map(url);
		const content = { territory: 'EU', listOfLists: true, sequenceNumber: 3, pointers, addresses };
		published.set('/lotl.xml', makeTrustedList(content, keys[2]));
		expect(await refreshFrom(union)).toEqual({ fetched: ['EU'], refused: [] });
		const kept = ['lotl.xml', 'lotl-pivot-1.xml', 'lotl-pivot-2.xml'].map((name) => join(folder, name));
		const list = join(folder, 'NO.xml');
		writeFileSync(list, published.get('/no.xml') ?? '');
		const { refused } = loadTrustedLists([...kept, list], [Certificate.parse(union.certificate)]);
		expect(refused).toMatchObject([{ source: list, error: { code: 'list-signer-unknown' } }]);
	});
});
