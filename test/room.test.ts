/** A bundle's whole trip: packed outside, signed in a room without a network, and given its proof outside again. */
import { execFile, spawnSync } from 'node:child_process';
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, pem, startDemoPki } from './kit/demoPki.ts';
import { shareCompiledCode } from './kit/homes.ts';
import { sampleContract } from './kit/sampleContract.ts';
import { type SoftToken, softToken } from './kit/softToken.ts';

const paraphCommand = fileURLToPath(new URL('../bin/paraph', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'paraph-room-'));
const file = (name: string): string => join(directory, name);
/** A network namespace of its own, with not even a loopback that is up, where the machine lets us make one. */
const namespace = ['unshare', '--map-root-user', '--net'];
const withoutNetwork = spawnSync('unshare', [...namespace.slice(1), 'true']).status === 0 ? namespace : [];
/** Writes down every socket that is made and every connection that is tried, where the machine has the tool. */
const sockets = file('sockets');
const counted =
	spawnSync('strace', ['--version']).status === 0
		? ['strace', '-f', '-qq', '--seccomp-bpf', '-e', 'trace=socket,connect', '-A', '-o', sockets]
		: [];
if (counted.length === 0) console.error('SKIPPED: counting the sockets of a room: strace is not installed');
let pki: DemoPki;
let token: SoftToken;

beforeAll(async () => {
	pki = await startDemoPki();
	const issued = pki.issue({ key: 'p256' });
	token = await softToken({ entries: [{ label: 'kari', issued }], withChain: true });
	writeFileSync(
		file('kari.pem'),
		[issued.certificate, ...issued.chain].map((certificate) => pem(certificate)).join(''),
	);
	writeFileSync(file('root.pem'), pki.anchorPem);
	writeFileSync(file('config.json'), JSON.stringify({ network: { allowLocal: true } }));
	writeFileSync(file('contract.pdf'), await sampleContract());
	writeFileSync(file('annex.pdf'), await sampleContract(new Date('2026-11-03T09:00:00Z')));
	writeFileSync(file('seal.svg'), '<svg viewBox="0 0 10 10"><path d="M0 0L10 10" stroke="#000"/></svg>');
});
afterAll(async () => {
	token.remove();
	await pki.close();
	rmSync(directory, { recursive: true });
});

describe('the whole trip', () => {
	const outside = userOf('outside');
	const inside = userOf('inside', [...counted, ...withoutNetwork]);
	/** What the desk outside wants the room to sign with. */
	const wished = () => ['--reason=Agreed', '--visible=last:bottom-right', `--image=${file('desk/enclosed/seal.svg')}`];

	it('makes a room whose keys are for its owner alone', async () => {
		const { code, lines } = await inside('room', 'init', file('room'));
		expect(lines).toEqual([expect.objectContaining({ outcome: 'made', public: file('room/room.pem') })]);
		expect(code).toBe(0);
		expect(statSync(file('room/signing.key')).mode & 0o777).toBe(0o600);
		expect(statSync(file('room/receiving.key')).mode & 0o777).toBe(0o600);
	});

	it('takes trust material in as one signed file', async () => {
		await outside('room', 'trust', '--out', file('trust.p7m'), '--trust', file('root.pem'));
		const { code, lines } = await inside('room', 'import-trust', file('trust.p7m'));
		expect(lines).toEqual([expect.objectContaining({ outcome: 'imported', ok: true })]);
		expect(code).toBe(0);
		expect(readdirSync(file('room/trust/anchors'))).toEqual(['anchor-1.cer']);
	});

	it('packs documents, and lays them out inside as they were', async () => {
		const packed = await outside(
			...['room', 'pack', file('contract.pdf'), file('annex.pdf'), '--room', file('room/room.pem')],
			...['--out', file('in.asice'), '--level', 'b-lta', '--reason', 'Agreed', '--due', '2099-01-01'],
			...['--visible', 'last:bottom-right', '--image', file('seal.svg')],
		);
		expect(packed.lines).toEqual([expect.objectContaining({ outcome: 'packed', number: 1, ok: true })]);
		const { code, lines } = await inside('room', 'open', file('in.asice'), '--out-dir', file('desk'));
		expect(lines).toEqual([
			expect.objectContaining({
				outcome: 'opened',
				number: 1,
				signOptions: wished(),
				due: '2099-01-01T23:59:59.000Z',
			}),
		]);
		expect(code).toBe(0);
		expect(readFileSync(file('desk/contract.pdf')).equals(readFileSync(file('contract.pdf')))).toBe(true);
		expect(readdirSync(file('desk')).sort()).toEqual(['annex.pdf', 'contract.pdf', 'enclosed']);
		expect(readFileSync(file('desk/enclosed/seal.svg')).equals(readFileSync(file('seal.svg')))).toBe(true);
	});

	it('shows nothing of the documents to whoever carries the bundle', () => {
		const bundle = readFileSync(file('in.asice'));
		expect(bundle.includes('contract')).toBe(false);
		expect(bundle.includes('%PDF')).toBe(false);
		// EN 319 162-1 §4.4.3.1: the media type is found by its place in the file.
		expect(bundle.toString('latin1', 30, 69)).toBe('mimetypeapplication/vnd.etsi.asic-e+zip');
	});

	it('is encrypted and signed so that openssl reads it', () => {
		const entries = unzipSync(readFileSync(file('in.asice')));
		for (const [name, bytes] of Object.entries(entries)) writeFileSync(file(basename(name)), bytes);
		const decrypted = spawnSync('openssl', [
			...['cms', '-decrypt', '-inform', 'DER', '-in', file('000000.p7m'), '-binary'],
			...['-inkey', file('room/receiving.key')],
		]);
		expect(decrypted.stdout.equals(readFileSync(file('contract.pdf')))).toBe(true);
		const verified = spawnSync('openssl', [
			...['cms', '-verify', '-inform', 'DER', '-in', file('signature001.p7s'), '-binary', '-noverify'],
			...['-content', file('ASiCManifest001.xml')],
		]);
		expect(verified.stderr.toString()).toContain('Verification successful');
	});

	it('does not seal what is not signed', async () => {
		const { code, lines } = await inside('room', 'seal', file('desk'), '--out', file('out.asice'));
		expect(lines).toEqual([{ error: expect.objectContaining({ code: 'document-unsigned' }) }]);
		expect(code).toBe(1);
		expect(existsSync(file('out.asice'))).toBe(false);
	});

	it('seals what was signed, in one piece or in parts', async () => {
		const key = ['--token', token.uri('kari'), '--pin-env', 'TEST_PIN'];
		const contract = file('desk/contract.pdf');
		const signed = await inside('sign', '--offline', '--level', 'b-b', ...wished(), contract, ...key);
		expect(signed.lines).toEqual([
			expect.objectContaining({ outcome: 'signed', level: 'b-b', warnings: ['certificate-ends-before-due'] }),
		]);
		expect(signed.told).toMatch(/^validation data of \d{4}-.*, 0 days old$/m);
		await inside(
			...['prepare', file('desk/annex.pdf'), '--certificate', file('kari.pem'), '--out-dir', file('desk')],
			...['--offline', '--level', 'b-lta'],
		);
		await inside('sign-prepared', file('desk/annex.prepared'), ...key);
		const { code, lines } = await inside('room', 'seal', file('desk'), '--out', file('out.asice'));
		expect(lines).toEqual([
			expect.objectContaining({
				outcome: 'sealed',
				documents: [
					{ name: 'contract.pdf', file: file('desk/contract-signed.pdf') },
					{ name: 'annex.pdf', file: file('desk/annex.signature') },
				],
				unsigned: [],
			}),
		]);
		expect(code).toBe(0);
	});

	it('seals nothing twice', async () => {
		const { lines } = await inside('room', 'seal', file('desk'), '--out', file('again.asice'));
		expect(lines).toEqual([{ error: expect.objectContaining({ code: 'document-unsigned' }) }]);
	});

	it('brings what comes back to the level it was packed for, and it passes', async () => {
		const trust = ['--trust', file('root.pem')];
		const { code, lines } = await outside(
			...['room', 'return', file('out.asice'), '--out-dir', file('back'), '--tsa', pki.tsa.url, ...trust],
		);
		expect(lines).toEqual([
			expect.objectContaining({ outcome: 'signed', level: 'b-lta', pending: [], ok: true }),
			expect.objectContaining({ outcome: 'signed', level: 'b-lta', pending: [], ok: true }),
		]);
		expect(code).toBe(0);
		const verdicts = await outside('verify', file('back/contract.pdf'), file('back/annex.pdf'), ...trust);
		expect(verdicts.lines).toEqual([
			expect.objectContaining({ indication: 'TOTAL-PASSED' }),
			expect.objectContaining({ indication: 'TOTAL-PASSED' }),
		]);
	});

	it('takes a sealed bundle back once', async () => {
		const { code, lines } = await outside('room', 'return', file('out.asice'), '--out-dir', file('twice'));
		expect(lines).toEqual([{ error: expect.objectContaining({ code: 'bundle-replayed' }) }]);
		expect(code).toBe(1);
		expect(existsSync(file('twice'))).toBe(false);
	});

	it.skipIf(counted.length === 0)('opens no socket inside but those of the machine itself', () => {
		const calls = readFileSync(sockets, 'utf8')
			.split('\n')
			.filter((line) => /\b(?:socket|connect)\(/.test(line));
		expect(calls.filter((line) => !line.includes('AF_UNIX'))).toEqual([]);
		// And it would have been written down.
		const [strace = '', ...options] = counted;
		spawnSync(strace, [
			...options,
			process.execPath,
			'-e',
			"require('net').connect(9, '127.0.0.1').on('error', () => {})",
		]);
		expect(readFileSync(sockets, 'utf8')).toMatch(/connect\(.*AF_INET/);
	});

	it('has it all in its log, each entry bound to the one before', async () => {
		const { lines } = await inside('room', 'log');
		expect(lines.map((line) => (line as { event: string }).event)).toEqual([
			'room-made',
			'trust-imported',
			'bundle-opened',
			'document-sealed',
			'document-sealed',
			'bundle-sealed',
		]);
		const log = readFileSync(file('room/log.jsonl'), 'utf8');
		writeFileSync(file('room/log.jsonl'), log.replace('contract.pdf', 'contrast.pdf'));
		expect((await inside('room', 'log')).lines).toEqual([{ error: expect.objectContaining({ code: 'log-broken' }) }]);
	});
});

describe('a room whose keys a token guards', () => {
	it('opens nothing without its PIN', async () => {
		const guard = ['--token', token.uri('room key'), '--pin-env', 'TEST_PIN'];
		const [outside, inside] = [userOf('outside-guarded'), userOf('inside-guarded', withoutNetwork)];
		await inside('room', 'init', file('guarded'), ...guard);
		expect(readdirSync(file('guarded')).toSorted()).toEqual(['keys.json', 'log.jsonl', 'room.pem', 'state.json']);
		await outside(
			'room',
			'pack',
			file('contract.pdf'),
			'--room',
			file('guarded/room.pem'),
			'--out',
			file('guarded-in'),
		);
		const open = ['room', 'open', file('guarded-in'), '--out-dir', file('guarded-desk')];
		expect((await inside(...open)).code).not.toBe(0);
		expect(existsSync(file('guarded-desk'))).toBe(false);
		const { code, lines } = await inside(...open, '--pin-env', 'TEST_PIN');
		expect(lines).toEqual([expect.objectContaining({ outcome: 'opened' })]);
		expect(code).toBe(0);
	});
});

/** A user with folders of their own. @param wrapper what the command is run by. @returns runs `paraph` as them. */
function userOf(name: string, wrapper: readonly string[] = []) {
	const home = file(name);
	mkdirSync(home);
	shareCompiledCode(join(home, '.cache'));
	return (...args: string[]): Promise<{ code: number; lines: readonly unknown[]; told: string }> =>
		new Promise((resolve) => {
			const env = {
				PATH: process.env['PATH'],
				HOME: home,
				PARAPH_CONFIG: file('config.json'),
				TEST_PIN: token.pin,
				...token.environment,
			};
			const [command = paraphCommand, ...rest] = [...wrapper, paraphCommand, ...args, '--json'];
			execFile(command, rest, { env }, (error, stdout, told) => {
				const lines = stdout.split('\n').filter((line) => line !== '');
				resolve({
					code: typeof error?.code === 'number' ? error.code : 0,
					lines: lines.map((line) => JSON.parse(line)),
					told,
				});
			});
		});
}
