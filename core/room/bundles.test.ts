import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import { at, peerOf, sceneOfEachTest, start } from '../../test/kit/roomScene.ts';
import { Desk } from './desk.ts';
import { Room } from './room.ts';
import { readLog } from './roomLog.ts';
import { writeTrustMaterial } from './trustMaterial.ts';

const scene = sceneOfEachTest();

describe('an altered bundle', () => {
	it('is refused wherever a byte is another one', async () => {
		await scene().pack('bundle');
		const right = readFileSync(scene().path('bundle'));
		const places = fc.record({ place: fc.nat(right.length - 1), flip: fc.integer({ min: 1, max: 255 }) });
		await fc.assert(
			fc.asyncProperty(places, async ({ place, flip }) => {
				const wrong = Buffer.from(right);
				wrong[place] = (wrong[place] ?? 0) ^ flip;
				writeFileSync(scene().path('wrong'), wrong);
				await scene().expectRefused('wrong', 'bundle-altered');
			}),
			{ numRuns: 150 },
		);
		await scene().open('bundle');
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
		await scene().pack('bundle');
		writeFileSync(scene().path('wrong'), alter(readFileSync(scene().path('bundle'))));
		await scene().expectRefused('wrong', 'bundle-altered');
	});
});

describe('a foreign bundle', () => {
	it('is refused when it was packed for another room', async () => {
		await scene().pack('bundle', scene().desk, peerOf(Room.open(scene().path('other-room'))));
		await scene().expectRefused('bundle', 'bundle-foreign');
	});

	it('is refused when it comes from another desk than the first', async () => {
		await scene().pack('first');
		await scene().open('first');
		await scene().pack('bundle', scene().otherDesk);
		await scene().expectRefused('bundle', 'bundle-foreign');
	});

	it('is refused when the desk is not the one whose trust material was taken in', async () => {
		const nothing = { certificates: [], crls: [], ocspResponses: [] };
		const trust = writeTrustMaterial(scene().desk.identity, [], nothing, { date: start, maximumAge: 30 });
		writeFileSync(scene().path('trust'), trust);
		await scene().room.importTrust(scene().path('trust'), { now: at(1), confirmed: false });
		await scene().pack('bundle', scene().otherDesk);
		await scene().expectRefused('bundle', 'bundle-foreign');
	});

	it('is refused when it was sealed here', async () => {
		await scene().pack('bundle');
		await scene().open('bundle', 'desk-inside');
		await scene().sealSigned('sealed');
		await scene().expectRefused('sealed', 'bundle-foreign');
	});
});

describe('the chain of bundles', () => {
	it('refuses a bundle that was taken in before', async () => {
		await scene().pack('one');
		await scene().open('one');
		await scene().expectRefused('one', 'bundle-replayed');
	});

	it('refuses a bundle that comes before its turn, and takes it in its turn', async () => {
		await scene().pack('one');
		await scene().pack('two');
		await scene().expectRefused('two', 'bundle-out-of-order');
		await scene().open('one');
		await scene().open('two');
		await scene().expectRefused('one', 'bundle-replayed');
	});

	it('goes on after a loss that someone vouched for, and says so in the log', async () => {
		await scene().pack('one');
		await scene().pack('two');
		await scene().pack('three');
		await scene().room.openBundle(scene().path('two'), scene().path('two-out'), { now: at(2), confirmed: false }, true);
		expect(scene().room.log().at(-1)).toMatchObject({ event: 'bundle-opened', number: 2, lost: 1 });
		await scene().open('three');
		await scene().expectRefused('one', 'bundle-out-of-order');
	});

	it('refuses a bundle that continues another history of the same desk', async () => {
		cpSync(scene().path('desk'), scene().path('desk-before'), { recursive: true });
		await scene().pack('one');
		await scene().pack('two');
		await scene().pack('another-one', await Desk.open(scene().path('desk-before'), start));
		await scene().pack('another-two', await Desk.open(scene().path('desk-before'), start));
		await scene().open('one');
		await scene().expectRefused('another-two', 'bundle-out-of-order');
		await scene().expectRefused('another-one', 'bundle-out-of-order');
		await scene().open('two');
	});
});

describe('the log as evidence', () => {
	it('is signed by the scene().room, and read by others', async () => {
		await scene().pack('bundle');
		await scene().open('bundle');
		await scene().room.exportLog(scene().path('log.p7m'), at(5));
		const verified = spawnSync('openssl', [
			...['cms', '-verify', '-inform', 'DER', '-in', scene().path('log.p7m'), '-binary', '-noverify'],
		]);
		expect(readLog(verified.stdout, 'log').map(({ event }) => event)).toEqual(['room-made', 'bundle-opened']);
		await expect(scene().room.exportLog(scene().path('log.p7m'), at(5))).rejects.toMatchObject({
			code: 'output-exists',
		});
	});

	it('is not signed when it was changed', async () => {
		const log = readFileSync(scene().path('room/log.jsonl'), 'utf8');
		writeFileSync(scene().path('room/log.jsonl'), log.replace('2026', '2025'));
		await expect(scene().room.exportLog(scene().path('log.p7m'), at(5))).rejects.toMatchObject({ code: 'log-broken' });
		expect(existsSync(scene().path('log.p7m'))).toBe(false);
	});
});

describe("the room's clock", () => {
	it('may not run behind what the room has seen, until someone confirms it', async () => {
		await scene().pack('one');
		await scene().pack('two');
		await scene().open('one', 'one-out', at(60));
		await expect(scene().open('two', 'two-out', at(30))).rejects.toMatchObject({ code: 'clock-behind' });
		expect(existsSync(scene().path('two-out'))).toBe(false);
		await scene().open('two', 'two-out', at(30), true);
		expect(scene().room.log().at(-1)).toMatchObject({ event: 'bundle-opened', clockConfirmed: true });
	});

	it('may not run behind the moment a bundle was made', async () => {
		await scene().pack('one');
		await expect(scene().open('one', 'one-out', at(-60))).rejects.toMatchObject({ code: 'clock-behind' });
	});
});

describe('what comes back', () => {
	beforeEach(async () => {
		await scene().pack('bundle');
		await scene().open('bundle', 'desk-inside');
	});

	it('carries the log of the scene().room, which holds together', async () => {
		await scene().sealSigned('sealed');
		const { log } = await scene().desk.takeBack(scene().path('sealed'), async (bundle) => bundle);
		expect(readLog(log ?? Buffer.alloc(0), 'log').map(({ event }) => event)).toEqual([
			'room-made',
			'bundle-opened',
			'document-sealed',
		]);
	});

	it('is taken back once, in order, and by the desk it is for', async () => {
		await scene().sealSigned('sealed');
		const take = (one: Desk) => one.takeBack(scene().path('sealed'), async ({ number }) => number);
		await expect(take(scene().otherDesk)).rejects.toMatchObject({ code: 'bundle-foreign' });
		expect(await take(scene().desk)).toBe(1);
		await expect(take(scene().desk)).rejects.toMatchObject({ code: 'bundle-replayed' });
	});

	it('can be taken back again when it could not be laid out', async () => {
		await scene().sealSigned('sealed');
		const full = new Error('no space');
		await expect(scene().desk.takeBack(scene().path('sealed'), () => Promise.reject(full))).rejects.toBe(full);
		expect(await scene().desk.takeBack(scene().path('sealed'), async ({ number }) => number)).toBe(1);
	});

	it('is not chosen from two', async () => {
		writeFileSync(scene().path('desk-inside/one.pdf'), '%PDF-1.7 a contract, signed');
		writeFileSync(scene().path('desk-inside/two.pdf'), '%PDF-1.7 a contract, signed again');
		await expect(scene().seal('sealed')).rejects.toMatchObject({ code: 'document-ambiguous' });
		expect(existsSync(scene().path('sealed'))).toBe(false);
	});

	it('is told apart by name where two documents have the same bytes', async () => {
		writeFileSync(scene().path('copy.pdf'), '%PDF-1.7 a contract');
		const files = [scene().path('contract.pdf'), scene().path('copy.pdf')];
		await scene().desk.pack({
			files,
			room: scene().roomPeer,
			out: scene().path('two'),
			level: null,
			due: null,
			signOptions: [],
			now: at(1),
		});
		await scene().open('two', 'two-inside');
		writeFileSync(scene().path('two-inside/contract-signed.pdf'), '%PDF-1.7 a contract, signed');
		writeFileSync(scene().path('two-inside/copy-signed.pdf'), '%PDF-1.7 a contract, signed as well');
		const time = { now: at(3), confirmed: false };
		const { sealed: found } = await scene().room.seal(scene().path('two-inside'), scene().path('sealed'), {
			time,
			partial: false,
		});
		expect(found.map(({ document, path: signed }) => [document.name, basename(signed)])).toEqual([
			['contract.pdf', 'contract-signed.pdf'],
			['copy.pdf', 'copy-signed.pdf'],
		]);
	});

	it('is not taken from behind a link', async () => {
		writeFileSync(scene().path('signed.pdf'), '%PDF-1.7 a contract, signed');
		symlinkSync(scene().path('signed.pdf'), scene().path('desk-inside/signed.pdf'));
		await expect(scene().seal('sealed')).rejects.toMatchObject({ code: 'document-unsigned' });
	});
});

describe('trust material', () => {
	const nothing = { certificates: [], crls: [], ocspResponses: [] };
	const write = (name: string, date: Date, from = scene().desk) =>
		writeFileSync(scene().path(name), writeTrustMaterial(from.identity, [], nothing, { date, maximumAge: 30 }));
	const take = (name: string, now: Date) => scene().room.importTrust(scene().path(name), { now, confirmed: false });

	it('is refused when altered, foreign, superseded or too old', async () => {
		write('new', at(10));
		write('old', at(5));
		write('foreign', at(15), scene().otherDesk);
		const wrong = readFileSync(scene().path('new'));
		wrong[60] = (wrong[60] ?? 0) ^ 1;
		writeFileSync(scene().path('altered'), wrong);
		await expect(take('altered', at(20))).rejects.toMatchObject({ code: 'trust-altered' });
		await take('new', at(20));
		await expect(take('old', at(20))).rejects.toMatchObject({ code: 'trust-superseded' });
		await expect(take('new', at(20))).rejects.toMatchObject({ code: 'trust-superseded' });
		await expect(take('foreign', at(20))).rejects.toMatchObject({ code: 'trust-foreign' });
		write('newer', at(30));
		await expect(take('newer', at(31 * 24 * 60))).rejects.toMatchObject({ code: 'trust-expired' });
		expect(scene().room.trustState(at(31 * 24 * 60))).toMatchObject({ ageInDays: 30, expired: true });
	});
});

function rezip(bytes: Buffer, more: Zippable): Buffer {
	return Buffer.from(zipSync({ ...unzipSync(bytes), ...more }, { level: 0, mtime: new Date(1980, 0, 1) }));
}
