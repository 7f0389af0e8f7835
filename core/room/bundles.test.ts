import { spawnSync } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encryptTo } from '../cms/authEnvelopedData.ts';
import { describeDocument } from './bundle.ts';
import { writeContainer } from './container.ts';
import { Desk } from './desk.ts';
import { type Peer, readPeer, writePeer } from './identity.ts';
import { Room } from './room.ts';
import { readLog } from './roomLog.ts';
import { writeTrustMaterial } from './trustMaterial.ts';

const start = new Date('2026-11-02T09:00:00Z');
const minute = 60_000;
const at = (minutes: number): Date => new Date(start.getTime() + minutes * minute);

/** Keys take a while to make: each test has copies of these folders. */
const made = mkdtempSync(join(tmpdir(), 'paraph-rooms-'));
let directory: string;
let desk: Desk;
let otherDesk: Desk;
let room: Room;
let roomPeer: Peer;
const path = (name: string): string => join(directory, name);

beforeAll(async () => {
	await Desk.open(join(made, 'desk'), start);
	await Desk.open(join(made, 'other-desk'), start);
	Room.init(join(made, 'room'), start);
	Room.init(join(made, 'other-room'), start);
});
afterAll(() => rmSync(made, { recursive: true }));

beforeEach(async () => {
	directory = mkdtempSync(join(tmpdir(), 'paraph-bundles-'));
	cpSync(made, directory, { recursive: true });
	desk = await Desk.open(path('desk'), start);
	otherDesk = await Desk.open(path('other-desk'), start);
	room = Room.open(path('room'));
	roomPeer = peerOf(room);
	writeFileSync(path('contract.pdf'), '%PDF-1.7 a contract');
});
afterEach(() => rmSync(directory, { recursive: true }));

const peerOf = (one: Room): Peer => readPeer(readFileSync(one.publicFile), one.publicFile);

const pack = (out: string, from = desk, to = roomPeer) =>
	from.pack({
		files: [path('contract.pdf')],
		room: to,
		out: path(out),
		level: null,
		due: null,
		signOptions: [],
		now: at(1),
	});

const open = (bundle: string, outDir = `out-of-${bundle}`, now = at(2), confirmed = false) =>
	room.openBundle(path(bundle), path(outDir), { now, confirmed });

/** The bundle is refused with this code, nothing was written, and the next right one is still taken. */
async function expectRefused(bundle: string, code: string): Promise<void> {
	const before = readdirSync(directory);
	await expect(open(bundle, 'refused')).rejects.toMatchObject({ code });
	expect(readdirSync(directory)).toEqual(before);
}

describe('an altered bundle', () => {
	it('is refused wherever a byte is another one', async () => {
		await pack('bundle');
		const right = readFileSync(path('bundle'));
		const places = fc.record({ place: fc.nat(right.length - 1), flip: fc.integer({ min: 1, max: 255 }) });
		await fc.assert(
			fc.asyncProperty(places, async ({ place, flip }) => {
				const wrong = Buffer.from(right);
				wrong[place] = (wrong[place] ?? 0) ^ flip;
				writeFileSync(path('wrong'), wrong);
				await expectRefused('wrong', 'bundle-altered');
			}),
			{ numRuns: 150 },
		);
		await open('bundle');
	});

	it.each([
		['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
		['with something behind it', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')])],
		['with something before it', (bytes: Buffer) => Buffer.concat([Buffer.from('x'), bytes])],
		['empty', () => Buffer.alloc(0)],
		['no archive', () => Buffer.from('%PDF-1.7 a contract')],
		['with another entry', (bytes: Buffer) => rezip(bytes, { 'blobs/000009.p7m': Buffer.from('x') })],
		['with an entry that leads elsewhere', (bytes: Buffer) => rezip(bytes, { '../../evil': Buffer.from('x') })],
		['with an entry of an absolute path', (bytes: Buffer) => rezip(bytes, { '/tmp/evil': Buffer.from('x') })],
		['compressed', (bytes: Buffer) => Buffer.from(zipSync(unzipSync(bytes), { level: 9 }))],
		['that inflates without end', () => Buffer.from(zipSync({ 'bundle.p7m': new Uint8Array(1 << 24) }, { level: 9 }))],
	])('is refused: %s', async (_, alter) => {
		await pack('bundle');
		writeFileSync(path('wrong'), alter(readFileSync(path('bundle'))));
		await expectRefused('wrong', 'bundle-altered');
	});
});

describe('a foreign bundle', () => {
	it('is refused when it was packed for another room', async () => {
		await pack('bundle', desk, peerOf(Room.open(path('other-room'))));
		await expectRefused('bundle', 'bundle-foreign');
	});

	it('is refused when it comes from another desk than the first', async () => {
		await pack('first');
		await open('first');
		await pack('bundle', otherDesk);
		await expectRefused('bundle', 'bundle-foreign');
	});

	it('is refused when the desk is not the one whose trust material was taken in', async () => {
		const nothing = { certificates: [], crls: [], ocspResponses: [] };
		const trust = writeTrustMaterial(desk.identity, [], nothing, { date: start, maximumAge: 30 });
		writeFileSync(path('trust'), trust);
		await room.importTrust(path('trust'), { now: at(1), confirmed: false });
		await pack('bundle', otherDesk);
		await expectRefused('bundle', 'bundle-foreign');
	});

	it('is refused when it was sealed here', async () => {
		await pack('bundle');
		await open('bundle', 'desk-inside');
		await sealSigned('sealed');
		await expectRefused('sealed', 'bundle-foreign');
	});
});

describe('the chain of bundles', () => {
	it('refuses a bundle that was taken in before', async () => {
		await pack('one');
		await open('one');
		await expectRefused('one', 'bundle-replayed');
	});

	it('refuses a bundle that comes before its turn, and takes it in its turn', async () => {
		await pack('one');
		await pack('two');
		await expectRefused('two', 'bundle-out-of-order');
		await open('one');
		await open('two');
		await expectRefused('one', 'bundle-replayed');
	});

	it('goes on after a loss that someone vouched for, and says so in the log', async () => {
		await pack('one');
		await pack('two');
		await pack('three');
		await room.openBundle(path('two'), path('two-out'), { now: at(2), confirmed: false }, true);
		expect(room.log().at(-1)).toMatchObject({ event: 'bundle-opened', number: 2, lost: 1 });
		await open('three');
		await expectRefused('one', 'bundle-out-of-order');
	});

	it('refuses a bundle that continues another history of the same desk', async () => {
		cpSync(path('desk'), path('desk-before'), { recursive: true });
		await pack('one');
		await pack('two');
		await pack('another-one', await Desk.open(path('desk-before'), start));
		await pack('another-two', await Desk.open(path('desk-before'), start));
		await open('one');
		await expectRefused('another-two', 'bundle-out-of-order');
		await expectRefused('another-one', 'bundle-out-of-order');
		await open('two');
	});
});

describe('hostile names', () => {
	it.each([
		['../evil.pdf', 'name-unsafe'],
		['/tmp/evil.pdf', 'name-unsafe'],
		['..\\evil.pdf', 'name-unsafe'],
		['C:evil.pdf', 'name-unsafe'],
		['..', 'name-unsafe'],
		['.bashrc', 'name-unsafe'],
		['contract\u202efdp.exe', 'name-unsafe'],
		['con\u200btract.pdf', 'name-unsafe'],
		['contract.pdf\u0000.exe', 'name-unsafe'],
		['contract\n.pdf', 'name-unsafe'],
		['\u001b[2Jcontract.pdf', 'name-unsafe'],
		['nul.pdf', 'name-unsafe'],
		['contract.pdf ', 'name-unsafe'],
		[`${'x'.repeat(300)}.pdf`, 'name-unsafe'],
	])('refuses %j', async (name, code) => {
		writeHostile('bundle', [name]);
		await expectRefused('bundle', code);
	});

	it.each([
		['contract.pdf', 'contract.pdf'],
		['contract.pdf', 'Contract.PDF'],
		['b\u00e9.pdf', 'be\u0301.pdf'],
	])('refuses %j beside %j', async (one, two) => {
		writeHostile('bundle', [one, two]);
		await expectRefused('bundle', 'name-duplicate');
	});

	it.each([
		['contract.pdf', '../../logo.png', 'name-unsafe'],
		['enclosed', 'logo.png', 'name-duplicate'],
	])('refuses %j with %j enclosed', async (name, enclosed, code) => {
		writeHostile('bundle', [name], [enclosed]);
		await expectRefused('bundle', code);
	});

	it('says the name without speaking it', async () => {
		writeHostile('bundle', ['contract\u202efdp.exe']);
		await expect(open('bundle')).rejects.toThrow("'contract\\u{202e}fdp.exe'");
	});
});

describe('where a bundle is laid out', () => {
	it('leaves what is there alone', async () => {
		await pack('bundle');
		writeFileSync(path('contract.pdf'), 'mine');
		await expect(open('bundle', '.')).rejects.toMatchObject({ code: 'output-exists' });
		expect(readFileSync(path('contract.pdf'), 'utf8')).toBe('mine');
	});

	it('follows no link', async () => {
		await pack('bundle');
		rmSync(path('contract.pdf'));
		symlinkSync(path('elsewhere'), path('contract.pdf'));
		await expect(open('bundle', '.')).rejects.toMatchObject({ code: 'output-exists' });
		expect(existsSync(path('elsewhere'))).toBe(false);
	});
});

describe('what is packed', () => {
	it('is no link', async () => {
		rmSync(path('contract.pdf'));
		writeFileSync(path('secret'), 'secret');
		symlinkSync(path('secret'), path('contract.pdf'));
		await expect(pack('bundle')).rejects.toMatchObject({ code: 'not-a-file' });
		expect(existsSync(path('bundle'))).toBe(false);
	});
});

describe('what claims to be a bundle', () => {
	it('is no link', async () => {
		await pack('bundle');
		symlinkSync(path('bundle'), path('link'));
		await expectRefused('link', 'not-a-file');
		await open('bundle');
	});

	it.each([
		['a pipe', () => spawnSync('mkfifo', [path('bundle')])],
		['a folder', () => mkdirSync(path('bundle'))],
		['a device', () => symlinkSync('/dev/zero', path('bundle'))],
	])('is no %s', async (_, make) => {
		make();
		await expectRefused('bundle', 'not-a-file');
	});

	it('does not say more of itself than anybody has to say', async () => {
		const facts = Buffer.alloc(17 * 1024 * 1024, ' ');
		const objects = new Map([['bundle.p7m', encryptTo(roomPeer.receiving, facts)]]);
		writeFileSync(path('bundle'), writeContainer(desk.identity, objects, at(1)).bytes);
		await expectRefused('bundle', 'bundle-too-large');
	});
});

describe('the log as evidence', () => {
	it('is signed by the room, and read by others', async () => {
		await pack('bundle');
		await open('bundle');
		await room.exportLog(path('log.p7m'), at(5));
		const verified = spawnSync('openssl', [
			...['cms', '-verify', '-inform', 'DER', '-in', path('log.p7m'), '-binary', '-noverify'],
		]);
		expect(readLog(verified.stdout, 'log').map(({ event }) => event)).toEqual(['room-made', 'bundle-opened']);
		await expect(room.exportLog(path('log.p7m'), at(5))).rejects.toMatchObject({ code: 'output-exists' });
	});

	it('is not signed when it was changed', async () => {
		const log = readFileSync(path('room/log.jsonl'), 'utf8');
		writeFileSync(path('room/log.jsonl'), log.replace('2026', '2025'));
		await expect(room.exportLog(path('log.p7m'), at(5))).rejects.toMatchObject({ code: 'log-broken' });
		expect(existsSync(path('log.p7m'))).toBe(false);
	});
});

describe("the room's clock", () => {
	it('may not run behind what the room has seen, until someone confirms it', async () => {
		await pack('one');
		await pack('two');
		await open('one', 'one-out', at(60));
		await expect(open('two', 'two-out', at(30))).rejects.toMatchObject({ code: 'clock-behind' });
		expect(existsSync(path('two-out'))).toBe(false);
		await open('two', 'two-out', at(30), true);
		expect(room.log().at(-1)).toMatchObject({ event: 'bundle-opened', clockConfirmed: true });
	});

	it('may not run behind the moment a bundle was made', async () => {
		await pack('one');
		await expect(open('one', 'one-out', at(-60))).rejects.toMatchObject({ code: 'clock-behind' });
	});
});

describe('what comes back', () => {
	beforeEach(async () => {
		await pack('bundle');
		await open('bundle', 'desk-inside');
	});

	it('carries the log of the room, which holds together', async () => {
		await sealSigned('sealed');
		const { log } = await desk.takeBack(path('sealed'), async (bundle) => bundle);
		expect(readLog(log ?? Buffer.alloc(0), 'log').map(({ event }) => event)).toEqual([
			'room-made',
			'bundle-opened',
			'document-sealed',
		]);
	});

	it('is taken back once, in order, and by the desk it is for', async () => {
		await sealSigned('sealed');
		const take = (one: Desk) => one.takeBack(path('sealed'), async ({ number }) => number);
		await expect(take(otherDesk)).rejects.toMatchObject({ code: 'bundle-foreign' });
		expect(await take(desk)).toBe(1);
		await expect(take(desk)).rejects.toMatchObject({ code: 'bundle-replayed' });
	});

	it('can be taken back again when it could not be laid out', async () => {
		await sealSigned('sealed');
		const full = new Error('no space');
		await expect(desk.takeBack(path('sealed'), () => Promise.reject(full))).rejects.toBe(full);
		expect(await desk.takeBack(path('sealed'), async ({ number }) => number)).toBe(1);
	});

	it('is not chosen from two', async () => {
		writeFileSync(path('desk-inside/one.pdf'), '%PDF-1.7 a contract, signed');
		writeFileSync(path('desk-inside/two.pdf'), '%PDF-1.7 a contract, signed again');
		await expect(sealed('sealed')).rejects.toMatchObject({ code: 'document-ambiguous' });
		expect(existsSync(path('sealed'))).toBe(false);
	});

	it('is told apart by name where two documents have the same bytes', async () => {
		writeFileSync(path('copy.pdf'), '%PDF-1.7 a contract');
		const files = [path('contract.pdf'), path('copy.pdf')];
		await desk.pack({ files, room: roomPeer, out: path('two'), level: null, due: null, signOptions: [], now: at(1) });
		await open('two', 'two-inside');
		writeFileSync(path('two-inside/contract-signed.pdf'), '%PDF-1.7 a contract, signed');
		writeFileSync(path('two-inside/copy-signed.pdf'), '%PDF-1.7 a contract, signed as well');
		const time = { now: at(3), confirmed: false };
		const { sealed: found } = await room.seal(path('two-inside'), path('sealed'), { time, partial: false });
		expect(found.map(({ document, path: signed }) => [document.name, basename(signed)])).toEqual([
			['contract.pdf', 'contract-signed.pdf'],
			['copy.pdf', 'copy-signed.pdf'],
		]);
	});

	it('is not taken from behind a link', async () => {
		writeFileSync(path('signed.pdf'), '%PDF-1.7 a contract, signed');
		symlinkSync(path('signed.pdf'), path('desk-inside/signed.pdf'));
		await expect(sealed('sealed')).rejects.toMatchObject({ code: 'document-unsigned' });
	});
});

describe('trust material', () => {
	const nothing = { certificates: [], crls: [], ocspResponses: [] };
	const write = (name: string, date: Date, from = desk) =>
		writeFileSync(path(name), writeTrustMaterial(from.identity, [], nothing, { date, maximumAge: 30 }));
	const take = (name: string, now: Date) => room.importTrust(path(name), { now, confirmed: false });

	it('is refused when altered, foreign, superseded or too old', async () => {
		write('new', at(10));
		write('old', at(5));
		write('foreign', at(15), otherDesk);
		const wrong = readFileSync(path('new'));
		wrong[60] = (wrong[60] ?? 0) ^ 1;
		writeFileSync(path('altered'), wrong);
		await expect(take('altered', at(20))).rejects.toMatchObject({ code: 'trust-altered' });
		await take('new', at(20));
		await expect(take('old', at(20))).rejects.toMatchObject({ code: 'trust-superseded' });
		await expect(take('new', at(20))).rejects.toMatchObject({ code: 'trust-superseded' });
		await expect(take('foreign', at(20))).rejects.toMatchObject({ code: 'trust-foreign' });
		write('newer', at(30));
		await expect(take('newer', at(31 * 24 * 60))).rejects.toMatchObject({ code: 'trust-expired' });
		expect(room.trustState(at(31 * 24 * 60))).toMatchObject({ ageInDays: 30, expired: true });
	});
});

const sealed = (out: string) =>
	room.seal(path('desk-inside'), path(out), { time: { now: at(3), confirmed: false }, partial: false });

function sealSigned(out: string) {
	writeFileSync(path('desk-inside/signed.pdf'), '%PDF-1.7 a contract, signed');
	return sealed(out);
}

function rezip(bytes: Buffer, more: Zippable): Buffer {
	return Buffer.from(zipSync({ ...unzipSync(bytes), ...more }, { level: 0, mtime: new Date(1980, 0, 1) }));
}

/** A bundle that is right in everything but the names: as a desk would make it that somebody took over. */
function writeHostile(out: string, names: readonly string[], enclosed: readonly string[] = []): void {
	const bytes = Buffer.from('%PDF-1.7');
	const facts = {
		format: 'paraph-bundle-1',
		id: '1',
		direction: 'into-room',
		number: 1,
		previous: null,
		created: at(1),
		due: null,
		answers: null,
		level: null,
		signOptions: [],
		sender: writePeer(desk.identity),
		documents: names.map((name) => ({ ...describeDocument(name, bytes), origin: null })),
		enclosures: enclosed.map((name) => ({ ...describeDocument(name, bytes), option: 'image' })),
		log: false,
	};
	const objects = new Map([['bundle.p7m', encryptTo(roomPeer.receiving, Buffer.from(JSON.stringify(facts)))]]);
	for (const [index] of names.entries()) objects.set(`blobs/00000${index}.p7m`, encryptTo(roomPeer.receiving, bytes));
	writeFileSync(path(out), writeContainer(desk.identity, objects, at(1)).bytes);
}
