/** Verifying many files in one process: milliseconds a signature, against reading and hashing the same bytes, and others. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Level } from '../../core/pades/level.ts';
import { timesOfOthers } from './otherJudges.ts';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import type { Scene } from './scene.ts';
import { paraph } from './wholeProcess.ts';

const FILES = 200;
const BYTES = 137_000;

export async function measureVerify(scene: Scene): Promise<readonly Line[]> {
	const inputs = join(scene.folder, 'verify');
	mkdirSync(inputs);
	for (let i = 0; i < FILES; i++) writeSamplePdf(join(inputs, `${i}.pdf`), { payload: BYTES, objects: 10 });
	return [await measureLevel(scene, inputs, 'b-b', '≤ 2 ms'), await measureLevel(scene, inputs, 'b-lta', '≤ 5 ms')];
}

async function measureLevel(scene: Scene, inputs: string, level: Level, aim: string): Promise<Line> {
	const out = join(scene.folder, `verify-${level}`);
	mkdirSync(out);
	await paraph(
		[
			'sign',
			inputs,
			'--level',
			level,
			'--tsa',
			scene.pki.tsa.url,
			'--trust',
			scene.anchor,
			'--out-dir',
			out,
			...scene.key,
		],
		scene.environment,
	);
	const files = readdirSync(out).map((name) => join(out, name));
	// At B-B nothing in the file shows whether the certificate was revoked: indeterminate, unless an answer is in the cache.
	const expected = level === 'b-b' ? [0, 3] : [0];
	const verify = (some: readonly string[]) =>
		paraph(['verify', '--json', '--offline', '--trust', scene.anchor, ...some], scene.environment, expected);
	const one = await quickest(() => verify(files.slice(0, 1)));
	const all = await quickest(() => verify(files));
	const milliseconds = ((all - one) / (files.length - 1)) * 1000;
	const hashing = hashAll(files);
	const others = [...timesOfOthers(files, scene.anchor)].map(
		([name, time]) => `${name} ${time.toFixed(0)} ms (${(time / milliseconds).toFixed(0)} times as long)`,
	);
	return {
		what: `verifying a ${BYTES / 1000} kB file at ${level.toUpperCase()} ÷ reading and hashing it`,
		ratio: milliseconds / hashing,
		aim,
		details: [`${milliseconds.toFixed(2)} ms a file`, ...others].join(', '),
	};
}

const ROUNDS = 3;

/** Seconds of the quickest of some runs: what else the machine did in the meantime is not of interest. */
async function quickest(run: () => Promise<{ readonly seconds: number }>): Promise<number> {
	let least = Number.POSITIVE_INFINITY;
	for (let round = 0; round < ROUNDS; round++) least = Math.min(least, (await run()).seconds);
	return least;
}

/** Milliseconds a file. */
function hashAll(files: readonly string[]): number {
	const started = performance.now();
	for (const file of files) createHash('sha256').update(readFileSync(file)).digest();
	return (performance.now() - started) / files.length;
}
