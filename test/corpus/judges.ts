/** What programs by others say of a PDF: qpdf of its structure, pdfsig of its signatures. */
import { runProgram } from './program.ts';

const LIMIT = 60_000;

/** `sound` and `warnings`: it opens; `errors`: it does not, or wants a password. */
export type Structure = 'sound' | 'warnings' | 'errors';

export async function structureOf(file: string): Promise<Structure> {
	const { exitCode } = await runProgram('qpdf', ['--check', file], { limit: LIMIT });
	return exitCode === 0 ? 'sound' : exitCode === 3 ? 'warnings' : 'errors';
}

const ORDER: readonly Structure[] = ['sound', 'warnings', 'errors'];

export function isWorse(after: Structure, before: Structure): boolean {
	return ORDER.indexOf(after) > ORDER.indexOf(before);
}

/** How many signatures fit the bytes they cover; `undefined` where pdfsig cannot read the file. */
export async function intactSignatures(file: string): Promise<number | undefined> {
	const { exitCode, stdout } = await runProgram('pdfsig', ['-nocert', file], { limit: LIMIT });
	// 2: there are none.
	if (exitCode !== 0 && exitCode !== 2) return undefined;
	return stdout.match(/Signature Validation: Signature is Valid\./g)?.length ?? 0;
}
