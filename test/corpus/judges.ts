/** What programs by others say of a PDF: qpdf of its structure, pdfsig of its signatures, MuPDF of what it looks like. */
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

const PAGES_DRAWN = '1-4';

/** Checksums of the first pages as drawn, one after another; `undefined` where mutool cannot draw them, or is not there. */
export async function drawnPages(file: string): Promise<string | undefined> {
	const drawing = ['draw', '-q', '-s', '5', '-r', '36', file, PAGES_DRAWN];
	const drawn = await runProgram('mutool', drawing, { limit: LIMIT }).catch(() => undefined);
	if (drawn?.exitCode !== 0) return undefined;
	const sums = `${drawn.stdout}${drawn.stderr}`.match(/\d+ [0-9a-f]{32}$/gm);
	return sums?.join(' ');
}
