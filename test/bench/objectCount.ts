/** Whether signing costs the same with a thousand objects in a file and with a million. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import type { Scene } from './scene.ts';
import { median, paraph } from './wholeProcess.ts';

/** All files are as long as the one with the most objects, so that only their number differs. */
const COUNTS = [1_000, 10_000, 100_000, 1_000_000];
const BYTES_PER_OBJECT = 60;
const ROUNDS = 3;

export async function measureObjectCount(scene: Scene): Promise<readonly Line[]> {
	const seconds: number[] = [];
	const most = Math.max(...COUNTS);
	for (const objects of COUNTS) {
		const input = join(scene.folder, `objects-${objects}.pdf`);
		writeSamplePdf(input, { payload: (most - objects) * BYTES_PER_OBJECT, objects });
		const runs: number[] = [];
		for (let round = 0; round <= ROUNDS; round++) {
			const out = join(scene.folder, 'objects-out');
			mkdirSync(out);
			const run = await paraph(['sign', input, '--level', 'b-b', '--out-dir', out, ...scene.key], scene.environment);
			rmSync(out, { recursive: true });
			// The first reads the file from the disk.
			if (round > 0) runs.push(run.seconds);
		}
		rmSync(input);
		seconds.push(median(runs));
	}
	const [first = Number.NaN] = seconds;
	return [
		{
			what: 'signing with 10⁶ objects ÷ with 10³, in files of the same length',
			ratio: (seconds.at(-1) ?? Number.NaN) / first,
			aim: '≈ 1',
			details: COUNTS.map((count, i) => `${count}: ${((seconds[i] ?? 0) * 1000).toFixed(0)} ms`).join(', '),
		},
	];
}
