/** Paraph on one file, as everybody runs it. */
import { fileURLToPath } from 'node:url';
import { type ProgramResult, runProgram } from './program.ts';
import type { Scene } from './scene.ts';

const launcher = fileURLToPath(new URL('../../bin/paraph', import.meta.url));

/** What no file may exceed, in milliseconds and bytes. */
export const TIME_LIMIT = 10_000;
export const MEMORY_LIMIT = 300 * 1024 * 1024;

export type SignResult =
	| { readonly kind: 'signed' }
	/** With a reason that a person can act on. */
	| { readonly kind: 'refused'; readonly code: string }
	| { readonly kind: 'broken'; readonly what: string };

/** Signs into `out`, at the level that proves itself without the network: the verifier is asked offline. */
export async function sign(scene: Scene, input: string, out: string): Promise<SignResult> {
	const key = ['--p12', scene.pkcs12, '--pin-file', scene.site.pinFile];
	const run = await paraph(scene, ['sign', input, '--out', out, '--json', '--level', 'b-lt', ...key]);
	const fault = faultOf(run);
	if (fault !== undefined) return { kind: 'broken', what: `sign ${fault}` };
	const line = firstLine<{ ok?: boolean; error?: { code?: string } }>(run);
	if (line?.ok === true) return { kind: 'signed' };
	const code = line?.error?.code;
	if (code === undefined || code === 'internal') return { kind: 'broken', what: `sign gave no reason (${code})` };
	return { kind: 'refused', code };
}

export interface Verdict {
	readonly field: string;
	/** Indication and sub-indication. */
	readonly indication: string;
}

/** @returns a verdict on each signature, in the order of the file; a text when the command broke or could not read it. */
export async function verify(scene: Scene, file: string): Promise<readonly Verdict[] | string> {
	const run = await paraph(scene, ['verify', file, '--json', '--offline', '--trust', scene.site.trust]);
	const fault = faultOf(run);
	if (fault !== undefined) return `verify ${fault}`;
	const line = firstLine<VerifyLine>(run);
	if (line?.indication === undefined) return 'verify gave no verdict';
	if (line.indication === 'UNREADABLE') return `verify: unreadable, ${line.error?.code}`;
	return (line.signatures ?? []).map(({ field, indication, subIndication }) => ({
		field,
		indication: subIndication ? `${indication} ${subIndication}` : indication,
	}));
}

interface VerifyLine {
	readonly indication?: string;
	readonly signatures?: readonly { field: string; indication: string; subIndication?: string | null }[];
	readonly error?: { readonly code?: string };
}

const paraph = (scene: Scene, args: readonly string[]): Promise<ProgramResult> => runParaph(args, scene.site.config);

/** One process, ended when it takes longer than it may. */
export const runParaph = (args: readonly string[], config: string): Promise<ProgramResult> =>
	runProgram(launcher, args, { limit: TIME_LIMIT, environment: { PARAPH_CONFIG: config } });

/** What no file may bring about, whatever is in it. */
export function faultOf(run: ProgramResult): string | undefined {
	if (run.timedOut) return `took longer than ${TIME_LIMIT / 1000} s`;
	if (run.exitCode === undefined) return 'crashed';
	if (/^\s+at .+:\d+:\d+\)?$/m.test(run.stderr)) return 'ended in a stack trace';
	return run.peakMemory > MEMORY_LIMIT ? `took ${Math.round(run.peakMemory / 2 ** 20)} MiB` : undefined;
}

function firstLine<T>(run: ProgramResult): T | undefined {
	try {
		return JSON.parse(run.stdout.split('\n')[0] ?? '');
	} catch {
		return undefined;
	}
}
