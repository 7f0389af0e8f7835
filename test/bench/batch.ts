/** Documents a second in one run of `paraph sign`, against the token's raw rate measured right before and after. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import { rawTokenRate, type Scene } from './scene.ts';
import { type Measured, paraph } from './wholeProcess.ts';

const FILES = 500;
const BYTES = 137_000;

export async function measureBatch(scene: Scene): Promise<readonly Line[]> {
	const inputs = join(scene.folder, 'batch');
	mkdirSync(inputs);
	for (let i = 0; i < FILES; i++) writeSamplePdf(join(inputs, `${i}.pdf`), { payload: BYTES, objects: 10 });
	const before = await rawTokenRate(scene);
	// The start of the process is measured apart (coldStart.ts): what one file takes is taken off what all take.
	const one = await signInto(scene, join(inputs, '0.pdf'), 'batch-one');
	const all = await signInto(scene, inputs, 'batch-all');
	const raw = (before + (await rawTokenRate(scene))) / 2;
	const rate = (FILES - 1) / (all.seconds - one.seconds);
	return [
		{
			what: `${FILES} files of ${BYTES / 1000} kB at B-B, documents/s ÷ raw signatures/s`,
			ratio: rate / raw,
			aim: '≥ 0.7',
			details: `${rate.toFixed(0)}/s of ${raw.toFixed(0)}/s; ${(FILES / all.seconds).toFixed(0)}/s with the start of the process; peak of the largest process ${((all.peakMemory ?? 0) / 2 ** 20).toFixed(0)} MiB`,
		},
	];
}

/** Into a fresh folder each time: deleting costs half a millisecond a file. */
function signInto(scene: Scene, input: string, folder: string): Promise<Measured> {
	const out = join(scene.folder, folder);
	mkdirSync(out);
	return paraph(['sign', input, '--level', 'b-b', '--out-dir', out, '--json', ...scene.key], scene.environment);
}
