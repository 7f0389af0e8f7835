/** Documents a second in one run of `paraph sign`, against the token's raw rate measured right before and after. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import { rawTokenRate, type Scene } from './scene.ts';
import { paraph } from './wholeProcess.ts';

const FILES = 500;
const BYTES = 137_000;

export async function measureBatch(scene: Scene): Promise<readonly Line[]> {
	const inputs = join(scene.folder, 'batch');
	mkdirSync(inputs);
	for (let i = 0; i < FILES; i++) writeSamplePdf(join(inputs, `${i}.pdf`), { payload: BYTES, objects: 10 });
	const before = await rawTokenRate(scene);
	// A fresh folder each time: deleting costs half a millisecond a file.
	const out = join(scene.folder, 'batch-out');
	mkdirSync(out);
	const run = await paraph(
		['sign', inputs, '--level', 'b-b', '--out-dir', out, '--json', ...scene.key],
		scene.environment,
	);
	const raw = (before + (await rawTokenRate(scene))) / 2;
	const rate = FILES / run.seconds;
	return [
		{
			what: `${FILES} files of ${BYTES / 1000} kB at B-B, documents/s ÷ raw signatures/s`,
			ratio: rate / raw,
			aim: '≥ 0.7',
			details: `${rate.toFixed(0)}/s of ${raw.toFixed(0)}/s, start of the process included`,
		},
	];
}
