/** What proof costs: a batch at B-LTA against what the timestamp authority alone can give, and what it asks the network for. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import { rawTimestampRate, type Scene } from './scene.ts';
import { type Measured, paraph } from './wholeProcess.ts';

const FILES = 1000;
const BYTES = 137_000;
const TIMESTAMPS_A_FILE = 2;

export async function measureProof(scene: Scene): Promise<readonly Line[]> {
	const inputs = join(scene.folder, 'proof');
	mkdirSync(inputs);
	for (let i = 0; i < FILES; i++) writeSamplePdf(join(inputs, `${i}.pdf`), { payload: BYTES, objects: 10 });
	const before = await rawTimestampRate(scene);
	const one = await signInto(scene, join(inputs, '0.pdf'), 'proof-one');
	scene.pki.ocsp.resetCounter();
	const all = await signInto(scene, inputs, 'proof-all');
	const { requests } = scene.pki.ocsp;
	const raw = (before + (await rawTimestampRate(scene))) / 2;
	const rate = ((FILES - 1) * TIMESTAMPS_A_FILE) / (all.seconds - one.seconds);
	return [
		{
			what: `${FILES} files of ${BYTES / 1000} kB at B-LTA, timestamps/s ÷ what the authority alone gives`,
			ratio: rate / raw,
			aim: '≥ 0.9',
			details: `${rate.toFixed(0)}/s of ${raw.toFixed(0)}/s`,
		},
		{
			what: `OCSP requests for ${FILES} files at B-LTA`,
			ratio: requests,
			aim: '≤ 4: each certificate once, the signer also before its key is used',
			details: 'the signer, its issuing authority, the timestamp authority',
		},
	];
}

function signInto(scene: Scene, input: string, folder: string): Promise<Measured> {
	const out = join(scene.folder, folder);
	mkdirSync(out);
	const proof = ['--level', 'b-lta', '--tsa', scene.pki.tsa.url, '--trust', scene.anchor];
	return paraph(['sign', input, ...proof, '--out-dir', out, '--json', ...scene.key], scene.environment, 0, 'time');
}
