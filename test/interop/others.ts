/** Signs with the programs of others, by a key in a soft token of its own: what they made, we have to judge and extend. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DemoPki } from '../kit/demoPki.ts';
import { type SoftToken, softToken } from '../kit/softToken.ts';

export interface OtherSigner {
	readonly name: string;
	/** Path of its command below the folder of judges. */
	readonly command: string;
	/** How it names the key. */
	readonly key: (token: SoftToken) => readonly string[];
}

export const otherSigners: readonly OtherSigner[] = [
	{ name: 'EU DSS', command: 'dss/dss-sign', key: () => ['--slot-index', '0'] },
	{ name: 'pyHanko', command: 'pyhanko/pyhanko-sign', key: ({ label }) => ['--token', label, '--key', 'key'] },
];

/**
 * @param trust folder with the root.
 * @returns the level by file; undefined where the program is not there.
 */
export async function signWith(
	signer: OtherSigner,
	judges: string,
	pki: DemoPki,
	input: string,
	trust: string,
	directory: string,
): Promise<ReadonlyMap<string, string> | undefined> {
	const command = join(judges, signer.command);
	if (!existsSync(command)) return undefined;
	using token = await softToken({ entries: [{ label: 'key', issued: pki.issue({ key: 'rsa-2048' }) }] });
	const signed = new Map<string, string>();
	for (const level of ['b-b', 'b-t', 'b-lt', 'b-lta']) {
		const out = join(directory, `${signer.name.replaceAll(' ', '-')}-${level}`);
		mkdirSync(out, { recursive: true });
		const options = ['--module', token.modulePath, '--pin-env', 'OTHER_PIN', '--level', level, '--repeat', '1'];
		const args = [...options, ...signer.key(token), '--tsa', pki.tsa.url, '--trust', trust, input, out];
		const env = { ...process.env, ...token.environment, OTHER_PIN: token.pin };
		await promisify(execFile)(command, args, { env });
		const [name] = readdirSync(out);
		if (name === undefined) throw new Error(`${signer.name} wrote nothing at ${level}`);
		const file = `${out}.pdf`;
		renameSync(join(out, name), file);
		signed.set(file, level);
	}
	return signed;
}
