/** Runs a command the way its user does, as a whole process, and measures it from outside. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Measured {
	readonly exitCode: number;
	readonly seconds: number;
	/** Of the largest single process of the tree, in bytes; undefined where the system has no /proc. */
	readonly peakMemory: number | undefined;
	/** Of all processes of the tree at one time, in bytes, what they share counted once; 0 where the system has no /proc. */
	readonly peakTogether: number;
	readonly stdout: string;
}

const paraphLauncher = fileURLToPath(new URL('../../bin/paraph', import.meta.url));

/** @throws {Error} with what the command printed, when it ends otherwise than `expected`. */
export async function paraph(
	args: readonly string[],
	environment: Readonly<Record<string, string>> = {},
	expected: readonly number[] = [0],
	watch: Watch = 'memory',
): Promise<Measured> {
	return runMeasured(paraphLauncher, args, environment, expected, watch);
}

/** Looking at memory takes a few hundredths of the time of two cores: not where speed is measured. */
export type Watch = 'memory' | 'time';

export async function runMeasured(
	command: string,
	args: readonly string[],
	environment: Readonly<Record<string, string>> = {},
	expected: readonly number[] = [0],
	watch: Watch = 'memory',
): Promise<Measured> {
	const started = performance.now();
	const child = spawn(command, args, {
		env: { ...process.env, ...environment },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let stdout = '';
	let stderr = '';
	child.stdout.on('data', (chunk: Buffer) => {
		stdout += chunk.toString('utf8');
	});
	child.stderr.on('data', (chunk: Buffer) => {
		stderr += chunk.toString('utf8');
	});
	let peak = 0;
	let peakTogether = 0;
	let sample = 0;
	const sampler = setInterval(() => {
		if (watch === 'time') return;
		const tree = processTree(child.pid);
		for (const pid of tree) peak = Math.max(peak, highWaterMark(pid));
		// Dearer than a mark: seldom enough not to be felt.
		if (sample++ % 4 === 0)
			peakTogether = Math.max(
				peakTogether,
				tree.map(proportionalSize).reduce((a, b) => a + b, 0),
			);
	}, 25);
	const exitCode = await new Promise<number>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => resolve(code ?? -1));
	}).finally(() => clearInterval(sampler));
	const seconds = (performance.now() - started) / 1000;
	if (!expected.includes(exitCode))
		throw new Error(`${command} ${args[0]} ended with ${exitCode}:\n${stdout.slice(-2000)}\n${stderr.slice(-2000)}`);
	return { exitCode, seconds, peakMemory: peak === 0 ? undefined : peak, peakTogether, stdout };
}

function processTree(root: number | undefined): readonly number[] {
	if (root === undefined) return [];
	const found = [root];
	for (const pid of found) found.push(...childrenOf(pid));
	return found;
}

function childrenOf(pid: number): readonly number[] {
	try {
		const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
		return list === '' ? [] : list.split(' ').map(Number);
	} catch {
		return [];
	}
}

const highWaterMark = (pid: number): number => kilobytesIn(`/proc/${pid}/status`, /^VmHWM:\s+(\d+) kB$/m);

/** A page that several processes share counts for its part in each. */
const proportionalSize = (pid: number): number => kilobytesIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB$/m);

/** @returns bytes; 0 where the process has ended. */
function kilobytesIn(path: string, pattern: RegExp): number {
	try {
		return Number(pattern.exec(readFileSync(path, 'latin1'))?.[1] ?? 0) * 1024;
	} catch {
		return 0;
	}
}

/** The middle of several runs: what one slow run cannot move. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
