/** Documents a second in one run of `paraph sign`, against the token's raw rate measured right before and after; its memory. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import { rawTokenRate, type Scene } from './scene.ts';
import { type Measured, paraph, type Watch } from './wholeProcess.ts';

const FILES = 1000;
const FEW = 100;
const BYTES = 137_000;

export async function measureBatch(scene: Scene): Promise<readonly Line[]> {
	const inputs = join(scene.folder, 'batch');
	const few = join(scene.folder, 'few');
	for (const folder of [inputs, few]) mkdirSync(folder);
	for (let i = 0; i < FILES; i++) writeSamplePdf(join(inputs, `${i}.pdf`), { payload: BYTES, objects: 10 });
	for (let i = 0; i < FEW; i++) cpSync(join(inputs, `${i}.pdf`), join(few, `${i}.pdf`));
	const two = await measureRate(scene, inputs, 2, []);
	const one = await measureRate(scene, inputs, 1, []);
	const journalled = await measureRate(scene, inputs, 2, ['--journal', join(scene.folder, 'batch.journal')]);
	const many = await signInto(scene, inputs, 2, 'of-many', [], 'memory');
	const small = await signInto(scene, few, 2, 'of-few', [], 'memory');
	const line = (what: string, aim: string, measured: MeasuredRate): Line => ({
		what: `${FILES} files of ${BYTES / 1000} kB at B-B, ${what}, documents/s ÷ raw signatures/s of one thread`,
		ratio: measured.rate / measured.raw,
		aim,
		details: `${measured.rate.toFixed(0)}/s of ${measured.raw.toFixed(0)}/s; ${(FILES / measured.all.seconds).toFixed(0)}/s with the start of the process`,
	});
	const mebibytes = ({ peakTogether }: Measured): string => `${(peakTogether / 2 ** 20).toFixed(0)} MiB`;
	return [
		line('two token processes', '≥ 0.85', two),
		line('one token process', '≥ 0.7', one),
		line('two token processes, with a journal', '≥ 0.85', journalled),
		{
			what: `peak memory of all processes for ${FILES} files ÷ for ${FEW}`,
			ratio: many.peakTogether / small.peakTogether,
			aim: 'about 1, and no more than 400 MiB',
			details: `${mebibytes(many)}; ${mebibytes(small)}`,
		},
	];
}

interface MeasuredRate {
	/** Documents a second. */
	readonly rate: number;
	/** Signatures a second of the token alone, in the same minute. */
	readonly raw: number;
	readonly all: Measured;
}

/** The start of the process is measured apart (coldStart.ts): what one file takes is taken off what all take. */
async function measureRate(
	scene: Scene,
	inputs: string,
	processes: number,
	options: readonly string[],
): Promise<MeasuredRate> {
	const name = `${processes}-${options.length}`;
	const before = await rawTokenRate(scene);
	const one = await signInto(scene, join(inputs, '0.pdf'), processes, `${name}-one`, []);
	const all = await signInto(scene, inputs, processes, `${name}-all`, options);
	const raw = (before + (await rawTokenRate(scene))) / 2;
	return { rate: (FILES - 1) / (all.seconds - one.seconds), raw, all };
}

/** Into a fresh folder each time: deleting costs half a millisecond a file. */
function signInto(
	scene: Scene,
	input: string,
	tokenProcesses: number,
	name: string,
	options: readonly string[],
	watch: Watch = 'time',
): Promise<Measured> {
	const out = join(scene.folder, `batch-${name}`);
	mkdirSync(out);
	const config = `${out}.json`;
	writeFileSync(config, JSON.stringify({ tokenProcesses }));
	const run = ['--level', 'b-b', '--out-dir', out, '--config', config, '--json', ...options];
	return paraph(['sign', input, ...run, ...scene.key], scene.environment, [0], watch);
}
