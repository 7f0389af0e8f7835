import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { DemoSite } from '../kit/demoSite.ts';

const paraph = fileURLToPath(new URL('../../bin/paraph', import.meta.url));

/**
 * Signs by the command that everybody has.
 *
 * @param label of the signer in the site's token.
 * @returns what went wrong, or undefined.
 */
export const signWithParaph = (
	site: DemoSite,
	input: string,
	out: string,
	label: string,
	options: readonly string[],
): Promise<string | undefined> =>
	runParaph(site, [
		'sign',
		input,
		'--out',
		out,
		'--token',
		site.token.uri(label),
		'--pin-file',
		site.pinFile,
		...options,
	]);

/** Brings a signed file to a level. @returns what went wrong, or undefined. */
export const extendWithParaph = (
	site: DemoSite,
	input: string,
	out: string,
	level: string,
): Promise<string | undefined> => runParaph(site, ['extend', input, '--out', out, '--level', level]);

/** What we say of a signed file: undefined where its first signature is TOTAL-PASSED and of the level. */
export async function judgeWithParaph(site: DemoSite, input: string, level: string): Promise<string | undefined> {
	const line = await firstLine<{ indication?: string; signatures?: readonly { level: string | null }[] }>(site, [
		'verify',
		input,
	]);
	if (line.indication !== 'TOTAL-PASSED') return JSON.stringify(line);
	const found = line.signatures?.[0]?.level;
	return found === level ? undefined : `level ${found} where ${level} was claimed`;
}

/** Judges a file and writes what is said of it, for machines. */
export async function reportWithParaph(site: DemoSite, input: string, out: string): Promise<void> {
	await runParaph(site, ['verify', input, '--report', `etsi:${out}`]);
}

/** @returns what went wrong, or undefined. */
export async function runParaph(
	site: DemoSite,
	args: readonly string[],
	more: NodeJS.ProcessEnv = {},
): Promise<string | undefined> {
	const line = await firstLine<{ ok?: boolean; error?: unknown; pending?: unknown }>(site, args, more);
	if (line.ok === true) return undefined;
	return JSON.stringify(line.error ?? line);
}

async function firstLine<Line extends object>(
	site: DemoSite,
	args: readonly string[],
	more: NodeJS.ProcessEnv = {},
): Promise<Partial<Line>> {
	const environment = { ...process.env, ...site.token.environment, PARAPH_CONFIG: site.config, ...more };
	const child = spawn(paraph, [...args, '--json'], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
	return JSON.parse((await text(child.stdout)).split('\n')[0] || '{}');
}
