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
export async function signWithParaph(
	site: DemoSite,
	input: string,
	out: string,
	label: string,
	options: readonly string[],
): Promise<string | undefined> {
	const args = ['sign', input, '--out', out, '--json', '--token', site.token.uri(label), '--pin-file', site.pinFile];
	const environment = { ...process.env, ...site.token.environment, PARAPH_CONFIG: site.config };
	const child = spawn(paraph, [...args, ...options], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
	const line: { ok?: boolean; error?: unknown; pending?: unknown } = JSON.parse(
		(await text(child.stdout)).split('\n')[0] || '{}',
	);
	if (line.ok === true) return undefined;
	return JSON.stringify(line.error ?? line);
}
