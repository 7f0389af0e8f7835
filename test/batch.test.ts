/** A batch by the command line: looked at before, verified and reported on after, and what the journal says of it. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSamplePdf } from './bench/samplePdf.ts';
import { type DemoPki, startDemoPki } from './kit/demoPki.ts';
import { type SoftToken, softToken } from './kit/softToken.ts';

const paraph = fileURLToPath(new URL('../bin/paraph', import.meta.url));
let folder: string;
let pki: DemoPki;
let token: SoftToken;
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-batch-'));
	pki = await startDemoPki();
	token = await softToken({ entries: [{ label: 'kari', issued: pki.issue({ key: 'p256' }) }] });
	mkdirSync(path('in'));
	for (const name of ['a', 'b', 'c']) writeSamplePdf(path(`in/${name}.pdf`), { payload: 2000, objects: 3 });
	writeFileSync(path('in/bad.pdf'), 'no PDF');
	writeFileSync(path('root.pem'), pki.anchorPem);
	writeFileSync(path('config.json'), JSON.stringify({ network: { allowLocal: true } }));
});
afterAll(async () => {
	token.remove();
	await pki.close();
	rmSync(folder, { recursive: true });
});

function run(...args: string[]): Promise<{ code: number; lines: readonly Record<string, unknown>[]; text: string }> {
	const env = { ...process.env, ...token.environment, TEST_PIN: token.pin, PARAPH_CONFIG: path('config.json') };
	return new Promise((resolve) => {
		execFile(paraph, args, { env }, (error, text) => {
			const lines = text.split('\n').filter((line) => line.startsWith('{'));
			resolve({ code: Number(error?.code ?? 0), lines: lines.map((line) => JSON.parse(line)), text });
		});
	});
}

const key = () => ['--token', token.uri('kari'), '--pin-env', 'TEST_PIN', '--trust', path('root.pem')];

describe('a batch', () => {
	it('is looked at before the PIN: where marks go, and what fails', async () => {
		const options = ['--level', 'b-b', '--visible', 'last:10,20,100,50', '--out-dir', path('out'), '--check', '--json'];
		const { code, lines } = await run('sign', path('in'), ...options, '--token', token.uri('kari'));
		expect(code).toBe(1);
		expect(lines).toMatchObject([
			{ outcome: 'checked', ok: true, pages: 1, place: { page: 1, x: 10, y: 20, width: 100, height: 50 } },
			{ ok: true },
			{ ok: false, error: { code: 'not-a-pdf' } },
			{ ok: true },
		]);
		expect(existsSync(path('out'))).toBe(false);
	});

	it('has its marks in a corner of the last page where that is wanted', async () => {
		const options = ['--visible', 'last:bottom-left', '--out-dir', path('out'), '--check', '--json'];
		const { lines } = await run('sign', path('in'), '--level', 'b-b', ...options, '--token', token.uri('kari'));
		expect(lines[0]).toMatchObject({ ok: true, place: { page: 1, x: 42.5, y: 42.5, width: 190, height: 64 } });
	});

	it('is verified, summed up and reported on, the report signed with the same key', async () => {
		const { code, lines } = await run(
			...['sign', path('in'), '--level', 'b-lta', '--tsa', pki.tsa.url, '--out-dir', path('out'), ...key(), '--json'],
			...['--journal', path('journal'), '--summary', `json:${path('summary.json')}`, '--verify'],
			...['--report', `pdf:${path('report.pdf')}`, '--sign-report'],
		);
		expect(code).toBe(1);
		const bySuccess = Object.groupBy(lines, ({ ok }) => String(ok));
		expect(bySuccess['true']?.map(({ verified, level }) => `${level} ${verified}`)).toEqual(
			Array.from({ length: 3 }, () => 'b-lta TOTAL-PASSED'),
		);
		expect(bySuccess['false']).toMatchObject([{ error: { code: 'not-a-pdf' } }]);
		expect(JSON.parse(readFileSync(path('summary.json'), 'utf8'))).toHaveLength(4);
		const report = await run('verify', path('report.pdf'), '--trust', path('root.pem'), '--json');
		expect(report.lines).toMatchObject([{ indication: 'TOTAL-PASSED' }]);
	});

	it('can be asked about afterwards', async () => {
		const { lines } = await run('journal', path('journal'), '--json');
		expect(lines.map(({ state, level }) => `${state} ${level}`).toSorted()).toEqual([
			'failed null',
			...Array.from({ length: 3 }, () => 'signed b-lta'),
		]);
		const { text } = await run('journal', path('journal'), '--csv');
		expect(text.split('\n')[0]).toBe('file,out,state,requested,level,field,inputSha256,outputSha256,code,message,at');
		expect((await run('journal', path('in/bad.pdf'))).code).toBe(2);
	});

	it('does nothing twice', async () => {
		const { code, lines } = await run(
			...['sign', path('in/a.pdf'), '--level', 'b-lta', '--tsa', pki.tsa.url, '--out-dir', path('out'), ...key()],
			...['--journal', path('journal'), '--json'],
		);
		expect(code).toBe(0);
		expect(lines).toMatchObject([{ outcome: 'skipped', level: 'b-lta' }]);
	});

	it.each([
		['a journal that is none', ['--journal', 'in/bad.pdf']],
		['a report of another kind', ['--report', 'html:x']],
		['a signed report of nothing', ['--sign-report']],
		['a summary of another kind', ['--summary', 'xml:x']],
	])('is not begun with %s', async (_what, [option = '', value]) => {
		const given = value === undefined ? [option] : [option, value.startsWith('in/') ? path(value) : value];
		const { code } = await run('sign', path('in/b.pdf'), '--out', path('never.pdf'), ...key(), ...given);
		expect(code).toBe(2);
		expect(existsSync(path('never.pdf'))).toBe(false);
	});
});
