/** What signing takes on top of the token: a soft token in one process and in two, a slow card, an HSM across a socket. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTokenSigner } from '../../native/openTokenSigner.ts';
import { type Fault, FaultyModule } from '../kit/faultyModule.ts';
import { RemoteHsm } from '../kit/remoteHsm.ts';
import type { Line } from './report.ts';
import { writeSamplePdf } from './samplePdf.ts';
import { rawTokenRate, type Scene } from './scene.ts';
import { paraph } from './wholeProcess.ts';

const SIGNATURES = 2000;
const FILES = 120;
const BYTES = 137_000;
/** Milliseconds that a smart card takes for a signature, and a busy HSM across a network. */
const CARD = 300;
const HSM = 40;

/** What signs, and how many processes may. */
interface Bench {
	readonly name: string;
	readonly token: string;
	readonly environment: Readonly<Record<string, string>>;
	readonly processes: number;
}

export async function measureTokens(scene: Scene): Promise<readonly Line[]> {
	const soft = { token: scene.token.uri('bench'), environment: scene.token.environment };
	const lines = [
		await throughProcess(scene),
		await overhead(scene, { ...soft, name: 'soft-1', processes: 1 }, 1000, '≥ 0.7'),
		await overhead(scene, { ...soft, name: 'soft-2', processes: 2 }, 1000, '≥ 0.85'),
	];
	using faulty = new FaultyModule(scene.token);
	const after = (milliseconds: number): Record<string, string> => {
		const slow: Fault = { function: 'sign', kind: `slow-${milliseconds}` };
		return faulty.environment(slow);
	};
	const card = { name: 'card', token: faulty.uri('bench'), environment: after(CARD), processes: 1 };
	lines.push(await overhead(scene, card, 20, '≥ 0.98', CARD));
	lines.push(
		await gain(scene, { ...card, name: 'slow', environment: after(HSM) }, `a module of ${HSM} ms a signature`),
	);
	if (RemoteHsm.missing !== undefined) return lines;
	const { label } = scene.token;
	await using hsm = new RemoteHsm({ provider: faulty.path, token: label, environment: after(HSM) });
	await hsm.start();
	const far = { name: 'hsm', token: hsm.uri('bench'), environment: hsm.environment, processes: 1 };
	lines.push(await gain(scene, far, `p11-kit's server in front of it`));
	return lines;
}

/** Signatures alone: what it costs that the driver is in a process of its own. */
async function throughProcess(scene: Scene): Promise<Line> {
	const message = Buffer.alloc(300, 7);
	const before = await rawTokenRate(scene);
	const signer = await openTokenSigner({
		uri: scene.token.uri('bench'),
		pin: async () => scene.token.pin,
		environment: { ...process.env, ...scene.token.environment },
	});
	await signer.unlock();
	const started = performance.now();
	let left = SIGNATURES;
	const lane = async (): Promise<void> => {
		while (left-- > 0) await signer.sign(message, { kind: 'rsa-pkcs1', digest: 'sha256' });
	};
	await Promise.all(Array.from({ length: 16 }, lane));
	const rate = (SIGNATURES / (performance.now() - started)) * 1000;
	await signer.close();
	const raw = (before + (await rawTokenRate(scene))) / 2;
	return {
		what: `${SIGNATURES} signatures through the driver's process, each verified, a second ÷ raw signatures/s`,
		ratio: rate / raw,
		aim: '≥ 0.85',
		details: `${rate.toFixed(0)}/s of ${raw.toFixed(0)}/s`,
	};
}

/** Documents a second against the token's raw rate, right before and after. */
async function overhead(scene: Scene, bench: Bench, files: number, aim: string, card?: number): Promise<Line> {
	const raw = async (): Promise<number> => (card === undefined ? rawTokenRate(scene) : 1000 / card);
	const before = await raw();
	const rate = await rateOf(scene, bench, files);
	const rawRate = (before + (await raw())) / 2;
	const what = card === undefined ? 'a soft token' : `a card of ${card} ms a signature`;
	const processes = bench.processes === 1 ? 'one process' : `${bench.processes} processes`;
	return {
		what: `${files} files at B-B with ${what}, ${processes}, documents/s ÷ raw signatures/s`,
		ratio: rate / rawRate,
		aim,
		details: `${rate.toFixed(1)}/s of ${rawRate.toFixed(1)}/s`,
	};
}

/** Two processes against one. */
async function gain(scene: Scene, bench: Bench, what: string): Promise<Line> {
	const one = await rateOf(scene, { ...bench, name: `${bench.name}-1` }, FILES);
	const two = await rateOf(scene, { ...bench, name: `${bench.name}-2`, processes: 2 }, FILES);
	return {
		what: `${FILES} files at B-B with ${what}, two processes ÷ one`,
		ratio: two / one,
		aim: '≥ 1.7',
		details: `${two.toFixed(1)}/s, ${one.toFixed(1)}/s`,
	};
}

/** Documents a second, without the start of the process: what one file takes is taken off what all take. */
async function rateOf(scene: Scene, bench: Bench, files: number): Promise<number> {
	const folder = join(scene.folder, bench.name);
	const inputs = join(folder, 'in');
	mkdirSync(inputs, { recursive: true });
	for (let i = 0; i < files; i++) writeSamplePdf(join(inputs, `${i}.pdf`), { payload: BYTES, objects: 10 });
	const config = join(folder, 'config.json');
	writeFileSync(config, JSON.stringify({ tokenProcesses: bench.processes }));
	const sign = async (input: string, out: string): Promise<number> => {
		mkdirSync(join(folder, out));
		const key = ['--token', bench.token, '--pin-env', 'BENCH_PIN'];
		const options = ['--level', 'b-b', '--out-dir', join(folder, out), '--config', config, '--json'];
		const environment = { BENCH_PIN: scene.token.pin, ...bench.environment };
		return (await paraph(['sign', input, ...key, ...options], environment)).seconds;
	};
	const one = await sign(join(inputs, '0.pdf'), 'one');
	return (files - 1) / ((await sign(inputs, 'all')) - one);
}
