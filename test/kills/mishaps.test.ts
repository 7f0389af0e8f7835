/** What can happen to a batch besides being killed: afterwards it goes on, and each file is signed once. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSamplePdf } from '../bench/samplePdf.ts';
import { type DemoPki, type Issued, startDemoPki } from '../kit/demoPki.ts';
import { FaultyModule } from '../kit/faultyModule.ts';
import { type SoftToken, softToken } from '../kit/softToken.ts';
import { CardService, VirtualCard } from '../kit/virtualCard.ts';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));
const FILES = 12;
const whole = Array.from({ length: FILES }, (_, index) => `${index}-signed.pdf`).toSorted();
let folder: string;
let pki: DemoPki;
let issued: Issued;
let token: SoftToken;
let counting: FaultyModule;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-mishaps-'));
	pki = await startDemoPki();
	issued = pki.issue({ key: 'rsa-2048' });
	token = await softToken({ entries: [{ label: 'kari', issued }] });
	counting = new FaultyModule(token);
	mkdirSync(path('in'));
	for (let index = 0; index < FILES; index++)
		writeSamplePdf(path(`in/${index}.pdf`), { payload: 100_000, objects: 10 });
	// A card that is gone is not waited for.
	writeFileSync(path('config.json'), JSON.stringify({ tokenPatience: 0 }));
});
afterAll(async () => {
	counting[Symbol.dispose]();
	token.remove();
	await pki.close();
	rmSync(folder, { recursive: true });
});

interface Run {
	readonly code: number;
	readonly outcomes: Readonly<Record<string, number>>;
	readonly codes: ReadonlySet<string>;
}

/** One run with the journal of that name. */
function sign(name: string, key: string, environment: NodeJS.ProcessEnv, out = path(name)): Promise<Run> {
	const args = [
		...['sign', path('in'), '--out-dir', out, '--journal', path(`${name}.journal`), '--level', 'b-b', '--json'],
		...['--token', key, '--pin-env', 'TEST_PIN'],
	];
	const env = { ...process.env, ...environment, TEST_PIN: token.pin, PARAPH_CONFIG: path('config.json') };
	return new Promise((resolve) => {
		execFile(paraph, args, { env }, (error, stdout) => {
			const lines = stdout.split('\n').filter((line) => line !== '');
			const read: { outcome: string; error: { code: string } | null }[] = lines.map((line) => JSON.parse(line));
			const outcomes: Record<string, number> = {};
			for (const { outcome } of read) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
			const codes = new Set(read.flatMap(({ error: reason }) => (reason ? [reason.code] : [])));
			resolve({ code: Number(error?.code ?? 0), outcomes, codes });
		});
	});
}

describe('a disk that is full', () => {
	/** A file system of a few hundred kilobytes in a mount namespace of its own, kept alive by a process that waits. */
	async function smallDisk() {
		const place = path('small-disk');
		mkdirSync(place);
		const script = `mount -t tmpfs -o size=600k small "$1" && echo ready && read more && mount -o remount,size=64m "$1" && echo ready && read end`;
		const child = spawn('unshare', ['--map-root-user', '--mount', 'sh', '-c', script, 'sh', place], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		const ready = (): Promise<void> => new Promise((resolve) => child.stdout.once('data', () => resolve()));
		await ready();
		return {
			// What the namespace sees, seen from outside.
			path: `/proc/${child.pid}/root${place}`,
			async enlarge() {
				child.stdin.write('more\n');
				await ready();
			},
			end: () => child.kill(),
		};
	}

	it('ends no run: what there was room for is signed, the rest when there is more', async () => {
		const disk = await smallDisk();
		const environment = counting.environment();
		try {
			const first = await sign('full', counting.uri('kari'), environment, disk.path);
			expect(first.code).toBe(1);
			expect(first.outcomes['failed']).toBeGreaterThan(0);
			expect([...first.codes]).toEqual(['disk-full']);
			expect(readdirSync(disk.path).every((name) => name.endsWith('-signed.pdf'))).toBe(true);
			await disk.enlarge();
			expect(await sign('full', counting.uri('kari'), environment, disk.path)).toMatchObject({ code: 0 });
			expect(readdirSync(disk.path).toSorted()).toEqual(whole);
			expect(counting.calls(environment, 'sign')).toBe(FILES);
		} finally {
			disk.end();
		}
	});
});

describe('a folder of outputs that is taken away', () => {
	it('and brought back, is filled by the next run', async () => {
		const environment = counting.environment({ function: 'sign', kind: 'slow-300' });
		const running = sign('moved', counting.uri('kari'), environment);
		const isSigned = (): boolean =>
			existsSync(path('moved')) && readdirSync(path('moved')).some((name) => whole.includes(name));
		while (!isSigned()) await wait(5);
		renameSync(path('moved'), path('elsewhere'));
		const first = await running;
		expect(first.code).toBe(1);
		expect([...first.codes]).toEqual(['file-not-found']);
		renameSync(path('elsewhere'), path('moved'));
		const second = await sign('moved', counting.uri('kari'), environment);
		expect(second).toMatchObject({ code: 0, outcomes: { skipped: first.outcomes['signed'] ?? 0 } });
		expect(readdirSync(path('moved')).toSorted()).toEqual(whole);
		// What the token had given when the folder went is used, not asked for again.
		expect(counting.calls(environment, 'sign')).toBe(FILES);
	});
});

const missing = CardService.missing;
if (missing !== undefined) console.error(`SKIPPED: a batch whose card is pulled: ${missing}`);

describe.skipIf(missing !== undefined)('a card that is pulled', () => {
	it('ends the run, and signs what is left when it is back', async () => {
		await using _service = await CardService.start();
		let pulledAfter: number | undefined;
		await using card = new VirtualCard({
			keys: { '9A': issued },
			pin: token.pin,
			tries: 3,
			onCommand: (_command, it) => {
				if (it.applet.signatures < 4 || pulledAfter !== undefined) return;
				pulledAfter = it.applet.signatures;
				it.pull();
			},
		});
		const uri = 'pkcs11:id=%01?module-path=/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so';
		await card.insert();
		const first = await sign('pulled', uri, {});
		expect(first.code).toBe(3);
		expect(first.codes.has('token-removed')).toBe(true);
		const signed = first.outcomes['signed'] ?? 0;
		expect(signed).toBeGreaterThan(0);
		expect(readdirSync(path('pulled'))).toHaveLength(signed);
		await card.insert();
		const second = await sign('pulled', uri, {});
		expect(second).toMatchObject({ code: 0, outcomes: { skipped: signed, signed: FILES - signed } });
		expect(readdirSync(path('pulled')).toSorted()).toEqual(whole);
		// The card's answer may have been on its way to the reader.
		expect(card.applet.signatures).toBeLessThanOrEqual(FILES + 1);
		// Other tests may have the reader for a while.
	}, 120_000);
});
