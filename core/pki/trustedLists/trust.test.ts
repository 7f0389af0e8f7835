import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DemoPki, type Issued, pem, startDemoPki } from '../../../test/kit/demoPki.ts';
import { type ListContent, makeTrustedList } from '../../../test/kit/trustedListMaker.ts';
import { isTrustedAt } from '../../ports/trustSource.ts';
import { Certificate } from '../certificate.ts';
import { loadTrust } from './trust.ts';

const granted = new Date('2020-01-01T00:00:00Z');
const withdrawn = new Date('2024-05-01T00:00:00Z');
let pki: DemoPki;
let union: Issued;
let norway: Issued;
let folder: string;
beforeAll(async () => {
	pki = await startDemoPki();
	union = pki.issue({ commonName: 'List of lists' });
	norway = pki.issue({ commonName: 'Supervision of NO' });
});
afterAll(() => pki.close());
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-lists-'));
	return () => rmSync(folder, { recursive: true });
});

const put = (name: string, content: Uint8Array | string): string => {
	const path = join(folder, name);
	writeFileSync(path, content);
	return path;
};

const national = (content: ListContent = {}, signer: Issued = norway): Uint8Array =>
	makeTrustedList(
		{
			services: [
				{
					type: 'CA/QC',
					certificate: pki.issuing.certificate,
					statuses: [
						{ status: 'withdrawn', from: withdrawn },
						{ status: 'granted', from: granted },
					],
				},
			],
			...content,
		},
		signer,
	);

const listOfLists = (): Uint8Array =>
	makeTrustedList(
		{
			territory: 'EU',
			listOfLists: true,
			pointers: [{ location: 'http://lists.test/no.xml', territory: 'NO', signers: [norway.certificate] }],
		},
		union,
	);

const load = (trust: readonly string[], signers: readonly string[] = [], kept = join(folder, 'none')) =>
	loadTrust({ trust, signers, folder: kept });

describe('trust', () => {
	it('rests on the services of a list whose signer is configured, for the time in which they were granted', async () => {
		const { anchors } = await load([put('no.xml', national())], [put('no.pem', pem(norway.certificate))]);
		expect(anchors.map(({ source }) => source)).toEqual([`${join(folder, 'no.xml')} (Demo Trust AS: Demo service)`]);
		const trusted = ['2019-12-31', '2022-01-01', '2024-05-02'].map((time) =>
			anchors.map((anchor) => isTrustedAt(anchor, new Date(time))),
		);
		expect(trusted).toEqual([[false], [true], [false]]);
	});

	it('rests on a list whose signer is given beside it', async () => {
		put('signer.pem', pem(norway.certificate));
		put('no.xml', national());
		const { anchors, refused } = await load([folder]);
		expect(anchors).toHaveLength(2);
		expect(refused).toEqual([]);
	});

	it('takes a national list from whom the list of lists names, in whatever order they lie in the folder', async () => {
		const signer = put('union.pem', pem(union.certificate));
		put('a-no.xml', national());
		put('z-union.xml', listOfLists());
		const { lists, refused } = await load([], [signer], folder);
		expect(refused).toEqual([]);
		expect(lists?.lists.map(({ list }) => list.territory)).toEqual(['EU', 'NO']);
	});

	it.each([
		['signed by nobody known', () => national({}, pki.issue()), 'list-signer-unknown'],
		['of another territory than its signer may sign', () => national({ territory: 'SE' }), 'list-signer-unknown'],
		['changed', () => Buffer.from(national()).toString().replace('withdrawn', 'granted'), 'list-tampered'],
		['that is none', () => '<html></html>', 'list-malformed'],
	])('refuses a list %s, and keeps the others', async (_, make, code) => {
		put('lotl.xml', listOfLists());
		put('bad.xml', make());
		put('no.xml', national());
		const { lists, refused } = await load([], [put('union.pem', pem(union.certificate))], folder);
		expect(lists?.lists).toHaveLength(2);
		expect(refused).toMatchObject([{ source: join(folder, 'bad.xml'), error: { code } }]);
	});

	it('does not let a national signer sign a list of lists', async () => {
		put('lotl.xml', listOfLists());
		put('other.xml', makeTrustedList({ territory: 'NO', listOfLists: true }, norway));
		const { refused } = await load([], [put('union.pem', pem(union.certificate))], folder);
		expect(refused).toMatchObject([{ error: { code: 'list-signer-unknown' } }]);
	});

	it('says which lists ought to have been replaced', async () => {
		const issued = new Date('2023-01-01T00:00:00Z');
		const nextUpdate = new Date('2023-07-01T00:00:00Z');
		put('no.xml', national({ issued, nextUpdate }));
		const { lists } = await load([], [put('no.pem', pem(norway.certificate))], folder);
		expect(lists?.overdue(new Date('2023-06-30T00:00:00Z'))).toHaveLength(0);
		expect(lists?.overdue(new Date('2023-07-02T00:00:00Z'))).toHaveLength(1);
	});

	it('marks what a list signed for trying out vouches for as a test', async () => {
		const demo = pki.issue({ testAnchor: true });
		const { anchors } = await load([put('no.xml', national({}, demo))], [put('demo.pem', pem(demo.certificate))]);
		expect(anchors).toMatchObject([{ test: true }]);
	});

	it('has no lists where none are given', async () => {
		const { anchors, lists } = await load([put('root.pem', pki.anchorPem)]);
		expect(anchors).toHaveLength(1);
		expect(lists).toBeUndefined();
	});
});

describe('the status of a service', () => {
	const statusAt = async (time: string) => {
		const { lists } = await load([put('no.xml', national())], [put('no.pem', pem(norway.certificate))]);
		const authority = Certificate.parse(pki.issuing.certificate);
		return lists?.statusAt(authority, 'CA/QC', new Date(time)).map(({ period }) => period.status);
	};

	it.each([
		['before it was listed', '2019-12-31T23:59:59Z', []],
		['from the moment on that it was granted', '2020-01-01T00:00:00Z', ['granted']],
		['until it was withdrawn', '2024-04-30T23:59:59Z', ['granted']],
		['since', '2024-05-01T00:00:00Z', ['withdrawn']],
	])('%s', async (_, time, expected) => {
		expect(await statusAt(time)).toEqual(expected);
	});
});
