import { statSync } from 'node:fs';
import type { Io } from './command.ts';
import { UsageError } from './errors.ts';
import { readVariable } from './inputs.ts';
import { readOptionFile } from './optionFile.ts';

/**
 * A secret that options say the place of: `--NAME-env`, `--NAME-file`. It is read anew each time it is wanted, never kept.
 *
 * @returns undefined where neither option is there.
 * @throws {UsageError} when both are, the variable is not set, or the file cannot be read.
 */
export function secretSource(
	name: 'pin' | 'code',
	{ env, file }: { readonly env: string | undefined; readonly file: string | undefined },
	io: Io,
): (() => string) | undefined {
	if (env !== undefined && file !== undefined)
		throw new UsageError(`--${name}-env and --${name}-file exclude each other`);
	if (env !== undefined) {
		readVariable(io, env, `--${name}-env`);
		return () => readVariable(io, env, `--${name}-env`);
	}
	if (file === undefined) return undefined;
	const read = () => readSecretFile(`--${name}-file`, file);
	// A pipe has it once.
	if (statSync(file, { throwIfNoEntry: false })?.isFIFO() !== true && file !== '-') read();
	return read;
}

function readSecretFile(option: string, path: string): string {
	const secret = readOptionFile(option, path)
		.toString('utf8')
		.replace(/\r?\n$/, '');
	if (secret === '') throw new UsageError(`${option}: ${path} is empty`);
	return secret;
}
