/** Runs test programs and counts, from what they write as JSON. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Tally {
	readonly passed: number;
	readonly failed: number;
	readonly skipped: number;
}

export const root: string = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

/** The unit tests; `args` as vitest takes them. */
export function runUnitTests(args: readonly string[]): Promise<Tally> {
	return tally(
		(report) => [bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
		({ numPassedTests = 0, numFailedTests = 0, numPendingTests = 0 }: VitestReport) => ({
			passed: numPassedTests,
			failed: numFailedTests,
			skipped: numPendingTests,
		}),
	);
}

/** The end-to-end tests; `args` as Playwright takes them. */
export function runEndToEndTests(args: readonly string[]): Promise<Tally> {
	return tally(
		() => [bin('playwright'), 'test', '--config=test/e2e/playwright.config.ts', '--reporter=list,json', ...args],
		({ stats }: PlaywrightReport) => ({
			passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
			failed: stats?.unexpected ?? 0,
			skipped: stats?.skipped ?? 0,
		}),
	);
}

interface VitestReport {
	readonly numPassedTests?: number;
	readonly numFailedTests?: number;
	readonly numPendingTests?: number;
}

interface PlaywrightReport {
	readonly stats?: {
		readonly expected: number;
		readonly flaky: number;
		readonly unexpected: number;
		readonly skipped: number;
	};
}

/** A program that failed counts as one failure at least, whatever its report says or if it wrote none. */
async function tally<Report>(command: (report: string) => string[], count: (report: Report) => Tally): Promise<Tally> {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-tally-'));
	const report = join(folder, 'report.json');
	try {
		const code = await run(command(report), { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
		const counted = read(report, count);
		return code === 0 ? counted : { ...counted, failed: Math.max(1, counted.failed) };
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function read<Report>(path: string, count: (report: Report) => Tally): Tally {
	try {
		return count(JSON.parse(readFileSync(path, 'utf8')));
	} catch {
		return { passed: 0, failed: 1, skipped: 0 };
	}
}

function run(
	[command = '', ...args]: readonly string[],
	environment: Readonly<Record<string, string>>,
): Promise<number> {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...environment } });
		child.on('error', reject);
		child.on('close', (code) => resolve(code ?? 1));
	});
}
