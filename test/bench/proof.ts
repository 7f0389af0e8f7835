/** What proof costs: batches at B-LTA against what the timestamp authority alone can give, and what they ask the network for. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import { rawTimestampRate, type Scene } from './scene.ts';
import { type Measured, paraph } from './wholeProcess.ts';

const FILES = 1000;
const BYTES = 137_000;
const TIMESTAMPS_A_FILE = 2;
/** Milliseconds until an authority answers that is elsewhere, and works on other processors than these. */
const DISTANCE = 60;

export async function measureProof(scene: Scene): Promise<readonly Line[]> {
	scene.pki.ocsp.resetCounter();
	const near = await measureAuthority(scene, { name: 'near', files: FILES, which: 'that shares this machine' });
	const { requests } = scene.pki.ocsp;
	await scene.pki.tsa.fail({ slow: DISTANCE });
	const far = await measureAuthority(scene, { name: 'far', files: FILES / 2, which: `${DISTANCE} ms away` });
	await scene.pki.tsa.heal();
	return [
		near,
		far,
		{
			what: `OCSP requests for one file and ${FILES} files at B-LTA`,
			ratio: requests,
			aim: '≤ 8: in each run each certificate once, the signer also before its key is used',
			details: 'the signer, its issuing authority, the timestamp authority',
		},
	];
}

async function measureAuthority(
	scene: Scene,
	{ name, files, which }: { readonly name: string; readonly files: number; readonly which: string },
): Promise<Line> {
	const inputs = join(scene.folder, `proof-${name}`);
	mkdirSync(inputs);
	for (let i = 0; i < files; i++) writeSamplePdf(join(inputs, `${i}.pdf`), { payload: BYTES, objects: 10 });
	const before = await rawTimestampRate(scene);
	const one = await signInto(scene, join(inputs, '0.pdf'), `${name}-one`);
	const all = await signInto(scene, inputs, `${name}-all`);
	const raw = (before + (await rawTimestampRate(scene))) / 2;
	const rate = ((files - 1) * TIMESTAMPS_A_FILE) / (all.seconds - one.seconds);
	return {
		what: `${files} files of ${BYTES / 1000} kB at B-LTA, timestamps/s ÷ what an authority ${which} gives alone`,
		ratio: rate / raw,
		aim: '≥ 0.9',
		details: `${rate.toFixed(0)}/s of ${raw.toFixed(0)}/s`,
	};
}

function signInto(scene: Scene, input: string, folder: string): Promise<Measured> {
	const out = join(scene.folder, folder);
	mkdirSync(out);
	const proof = ['--level', 'b-lta', '--tsa', scene.pki.tsa.url, '--trust', scene.anchor];
	return paraph(['sign', input, ...proof, '--out-dir', out, '--json', ...scene.key], scene.environment, [0], 'time');
}
