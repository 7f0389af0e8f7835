/** Runs a program on one file, with a limit to its time, and says what it took. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface ProgramResult {
	/** `undefined` when it was ended for taking too long, or by a signal. */
	readonly exitCode: number | undefined;
	readonly timedOut: boolean;
	readonly stdout: string;
	readonly stderr: string;
	/** Milliseconds from start to end. */
	readonly took: number;
	/** Bytes, of the process itself at its largest; 0 where the system has no /proc. */
	readonly peakMemory: number;
}

const SAMPLE_EVERY = 20;

/** @param limit milliseconds. */
export async function runProgram(
	command: string,
	args: readonly string[],
	options: { readonly limit: number; readonly environment?: Readonly<Record<string, string>> },
): Promise<ProgramResult> {
	const started = performance.now();
	const child = spawn(command, args, {
		env: { ...process.env, ...options.environment },
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: options.limit,
		killSignal: 'SIGKILL',
	});
	const stdout: Buffer[] = [];
	const stderr: Buffer[] = [];
	child.stdout.on('data', (piece: Buffer) => stdout.push(piece));
	child.stderr.on('data', (piece: Buffer) => stderr.push(piece));
	let peakMemory = 0;
	const sampler = setInterval(() => {
		peakMemory = Math.max(peakMemory, highWaterMark(child.pid));
	}, SAMPLE_EVERY);
	const exitCode = await new Promise<number | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', resolve);
	}).finally(() => clearInterval(sampler));
	return {
		exitCode: exitCode ?? undefined,
		timedOut: exitCode === null && child.killed,
		stdout: Buffer.concat(stdout).toString('utf8'),
		stderr: Buffer.concat(stderr).toString('utf8'),
		took: performance.now() - started,
		peakMemory,
	};
}

function highWaterMark(pid: number | undefined): number {
	try {
		const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
		return Number(kilobytes ?? 0) * 1024;
	} catch {
		return 0;
	}
}
