/** What `paraph verify` takes for the worst of the signed files, each in a process of its own, one after another. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultOf, MEMORY_LIMIT, runParaph, TIME_LIMIT } from './paraph.ts';
import type { ProgramResult } from './program.ts';

/**
 * @param time for which the files are judged.
 * @returns whether each stayed within the limits of time and memory, and ended as it should.
 */
export async function measureWorst(folder: string, time: Date): Promise<boolean> {
	const directory = mkdtempSync(join(tmpdir(), 'paraph-corpus-'));
	const config = join(directory, 'config.json');
	writeFileSync(config, '{}');
	const judging = ['--json', '--offline', '--at', time.toISOString(), '--trust', join(folder, 'anchors')];
	const runs: { readonly name: string; readonly run: ProgramResult }[] = [];
	let broken = 0;
	try {
		for (const name of readdirSync(join(folder, 'signed')).sort()) {
			const run = await runParaph(['verify', join(folder, 'signed', name), ...judging], config);
			runs.push({ name, run });
			const fault = faultOf(run);
			if (fault === undefined) continue;
			broken++;
			console.log(`signed/${name}\t${fault}`);
		}
	} finally {
		rmSync(directory, { recursive: true });
	}
	const worst = (of: (run: ProgramResult) => number) =>
		runs.reduce((most, next) => (of(next.run) > of(most.run) ? next : most));
	const slowest = worst(({ took }) => took);
	const largest = worst(({ peakMemory }) => peakMemory);
	console.log(`\n${runs.length} files of signed/, one process each:`);
	console.log(
		`longest ${(slowest.run.took / 1000).toFixed(2)} s (${slowest.name}), limit ${TIME_LIMIT / 1000} s; most memory ${mebibytes(largest.run.peakMemory)} MiB (${largest.name}), limit ${mebibytes(MEMORY_LIMIT)} MiB`,
	);
	return broken === 0;
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
