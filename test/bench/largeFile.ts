/** One very large file, against copying it, flushing the disk and hashing it one after another. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import type { Scene } from './scene.ts';
import { median, paraph, runMeasured } from './wholeProcess.ts';

const BYTES = 2 ** 30;
const ROUNDS = 3;

export async function measureLargeFile(scene: Scene): Promise<readonly Line[]> {
	const input = join(scene.folder, 'large.pdf');
	writeSamplePdf(input, { payload: BYTES, objects: 0 });
	const copy = join(scene.folder, 'copy.pdf');
	const out = join(scene.folder, 'large-out');
	const ratios: number[] = [];
	let peak = 0;
	const baseline = `cp "${input}" "${copy}" && sync "${copy}" && openssl dgst -sha256 "${copy}"`;
	await runMeasured('openssl', ['dgst', '-sha256', input]);
	for (let round = 0; round < ROUNDS; round++) {
		const plain = await runMeasured('sh', ['-c', baseline]);
		rmSync(copy);
		mkdirSync(out);
		const signed = await paraph(['sign', input, '--level', 'b-b', '--out-dir', out, ...scene.key], scene.environment);
		rmSync(out, { recursive: true });
		ratios.push(signed.seconds / plain.seconds);
		peak = Math.max(peak, signed.peakMemory ?? 0);
	}
	rmSync(input);
	return [
		{
			what: '1 GiB signed ÷ (cp + sync + openssl dgst -sha256)',
			ratio: median(ratios),
			aim: '≤ 0.7',
			details: `rounds ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}; peak ${(peak / 2 ** 20).toFixed(0)} MiB (aim ≤ 150)`,
		},
	];
}
