/**
 * Each kind of fault in a batch of twenty, at the first, a middle and the last file: what is lost and what is not, what
 * the journal says of each file, and how often a PIN was sent.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Journal } from '../core/batch/journal.ts';
import { writeSamplePdf } from './bench/samplePdf.ts';
import { type CscServer, type CscServerOptions, rsa, startCscServer } from './kit/cscServer.ts';
import { type DemoPki, type Issued, startDemoPki } from './kit/demoPki.ts';
import { type Fault, type FaultKind, FaultyModule } from './kit/faultyModule.ts';
import { type SoftToken, softToken } from './kit/softToken.ts';

const files = Array.from({ length: 20 }, (_, i) => `${i + 1}.pdf`);
const places = [1, 10, 20] as const;
let pki: DemoPki;
let issued: Issued;
let token: SoftToken;
let faulty: FaultyModule;
let folder: string;

beforeAll(async () => {
	pki = await startDemoPki();
	issued = pki.issue({ key: 'rsa-2048' });
	token = await softToken({ label: 'frail', entries: [{ label: 'k1', issued }] });
	faulty = new FaultyModule(token);
	folder = mkdtempSync(join(tmpdir(), 'paraph-faults-'));
	for (const name of files) writeSamplePdf(join(folder, name), { payload: 2000, objects: 1 });
	writeFileSync(join(folder, 'pin'), `${token.pin}\n`);
	// With one process, calls are counted in the order in which files are signed.
	writeFileSync(join(folder, 'config.json'), JSON.stringify({ tokenProcesses: 1, tokenTimeout: 1 }));
});
afterAll(async () => {
	faulty[Symbol.dispose]();
	token.remove();
	await pki.close();
	rmSync(folder, { recursive: true, force: true });
});

let runs = 0;

interface Line {
	readonly file: string;
	readonly outcome: string;
	readonly error: { readonly code: string } | null;
}

/** @returns how many files came to which end, on the command line and in the journal alike. */
async function batch(key: readonly string[], environment: Readonly<Record<string, string>>) {
	const name = `run-${++runs}`;
	const out = join(folder, name);
	mkdirSync(out);
	const command = fileURLToPath(new URL('../cli/paraph.mjs', import.meta.url));
	const options = ['--level', 'b-b', '--out-dir', out, '--journal', `${out}.journal`, '--json'];
	const ran = await promisify(execFile)(process.execPath, [command, 'sign', ...files, ...key, ...options], {
		env: { ...process.env, PARAPH_CONFIG: 'config.json', ...environment },
		cwd: folder,
	}).then(
		({ stdout }) => ({ code: 0, stdout }),
		(error: { code: number; stdout: string }) => error,
	);
	const lines = ran.stdout
		.trim()
		.split('\n')
		.map((line): Line => JSON.parse(line));
	const journal = Journal.open(`${out}.journal`);
	const remembered = [...journal.lines()].map(({ file, state, code }) => `${file} ${state} ${code}`);
	journal.close();
	expect(lines.map(({ file }) => file).sort()).toEqual([...files].sort());
	const told = lines.map(({ file, outcome, error }) => `${join(folder, file)} ${outcome} ${error?.code ?? null}`);
	expect(remembered.sort()).toEqual(told.sort());
	const signed = lines.filter(({ outcome }) => outcome === 'signed').length;
	expect(readdirSync(out)).toHaveLength(signed);
	const failed = lines.flatMap(({ outcome, error }) => (outcome === 'failed' ? [error?.code] : []));
	return { code: ran.code, signed, failed };
}

describe('a token', () => {
	async function sign(...faults: readonly Fault[]) {
		const environment = faulty.environment(...faults);
		const outcome = await batch(['--token', faulty.uri('k1'), '--pin-file', 'pin'], environment);
		return { ...outcome, logins: faulty.calls(environment, 'login') };
	}

	const losingOne: readonly (readonly [string, FaultKind, string])[] = [
		['crashes', 'crash', 'module-crashed'],
		['hangs', 'hang', 'module-timeout'],
		['is taken out and put back', '0x32', 'token-removed'],
		['has an error of its own', '0x30', 'token-failed'],
	];
	describe.each(losingOne)('that %s', (_, kind, code) => {
		it.each(places)('at file %i loses that file, and signs every other with the PIN read again', async (at) => {
			const logins = at === 20 ? 1 : 2;
			expect(await sign({ function: 'sign', at, kind })).toEqual({ code: 1, signed: 19, failed: [code], logins });
		});
	});

	it.each(places)('that gives rubbish at file %i loses that file, without another login', async (at) => {
		const outcome = { code: 1, signed: 19, failed: ['signature-invalid'], logins: 1 };
		expect(await sign({ function: 'sign', at, kind: 'rubbish' })).toEqual(outcome);
	});

	const losingNone: readonly (readonly [string, FaultKind, number])[] = [
		['whose session another program closes', '0xb3', 2],
		['that another program logs out', '0x101', 2],
		['that is slow', 'slow-300', 1],
		['whose driver prints to its standard output', 'noise', 1],
	];
	describe.each(losingNone)('%s', (_, kind, logins) => {
		it.each(places)('at file %i loses none', async (at) => {
			expect(await sign({ function: 'sign', at, kind })).toEqual({ code: 0, signed: 20, failed: [], logins });
		});
	});

	describe.each([
		['wrong', '0xa0', 'pin-incorrect'],
		['locked', '0xa4', 'pin-locked'],
	] as const)('whose PIN is %s', (_, kind, code) => {
		it('at the first file signs none', async () => {
			const outcome = await sign({ function: 'login', at: 1, kind });
			expect(outcome).toEqual({ code: 3, signed: 0, failed: [code], logins: 1 });
		});

		it.each([10, 19])('when it comes back after file %i signs none after that', async (at) => {
			const outcome = await sign({ function: 'sign', at, kind: 'crash' }, { function: 'login', at: 2, kind });
			expect(outcome).toEqual({ code: 3, signed: at - 1, failed: ['module-crashed', code], logins: 2 });
		});
	});

	it('that crashes each time is given up after three, and the PIN is not sent for every file', async () => {
		const outcome = await sign({ function: 'sign', kind: 'crash' });
		expect(outcome).toMatchObject({ code: 3, signed: 0, logins: 3 });
		expect(new Set(outcome.failed)).toEqual(new Set(['module-crashed']));
	});

	it('whose driver falls silent at the PIN gets it a second time, and no more', async () => {
		const once = await sign({ function: 'login', at: 1, kind: 'crash' });
		expect(once).toEqual({ code: 0, signed: 20, failed: [], logins: 2 });
		const always = await sign({ function: 'login', kind: 'crash' });
		expect(always).toMatchObject({ code: 3, signed: 0, failed: ['module-crashed'], logins: 2 });
	});
});

describe('a remote key', () => {
	/** The fault at the N-th authorisation; each is for one file. */
	async function sign(at: number, fault: (server: CscServer) => void, more: Partial<CscServerOptions> = {}) {
		await using server = await startCscServer({
			version: 2,
			issued,
			algorithms: [rsa],
			pin: token.pin,
			scal: 2,
			onAuthorize: (count, it) => count === at && fault(it),
			...more,
		});
		const outcome = await batch(['--remote', server.address, '--pin-file', 'pin'], {});
		return { ...outcome, tries: server.tries };
	}
	const expireOnce = (server: CscServer): void => void server.expireNext++;

	it.each(places)('whose authorisation ended before file %i loses none: it is authorised once more', async (at) => {
		expect(await sign(at, expireOnce)).toEqual({ code: 0, signed: 20, failed: [], tries: 21 });
	});

	it.each(places)('whose authorisation ends each time at file %i loses that file', async (at) => {
		const outcome = { code: 1, signed: 19, failed: ['authorisation-expired'], tries: 21 };
		expect(await sign(at, (server) => (server.expireNext = 2))).toEqual(outcome);
	});

	it.each(places)('that gives rubbish at file %i loses that file', async (at) => {
		const outcome = { code: 1, signed: 19, failed: ['signature-invalid'], tries: 20 };
		expect(await sign(at, (server) => server.rubbishNext++)).toEqual(outcome);
	});

	it.each(places)('whose connection breaks at file %i loses that file', async (at) => {
		const outcome = await sign(at, (server) => server.breakNext++);
		expect(outcome).toMatchObject({ code: 1, signed: 19, tries: 20 });
		expect(outcome.failed).toHaveLength(1);
	});

	it.each(places)('that is refused at file %i signs none after it', async (at) => {
		const outcome = { code: 3, signed: at - 1, failed: ['authorisation-refused'], tries: at };
		expect(await sign(at, (server) => server.refuseNext++)).toEqual(outcome);
	});

	it('whose PIN is wrong signs none, and has one try of it', async () => {
		const outcome = { code: 3, signed: 0, failed: ['pin-incorrect'], tries: 1 };
		expect(await sign(0, () => {}, { pin: '999999' })).toEqual(outcome);
	});

	it('whose connection breaks loses the files authorised together, and no others', async () => {
		const outcome = await sign(2, (server) => server.breakNext++, { multisign: 5 });
		expect(outcome).toMatchObject({ code: 1, signed: 15, tries: 4 });
	});
});
