import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { outputClashes } from '../core/batch/outputClashes.ts';
import type { Io } from './command.ts';
import { UsageError } from './errors.ts';
import { readOptionFile } from './optionFile.ts';

/** One file to work on, and where its result goes. */
export interface InputFile {
	/** As it was named. */
	readonly file: string;
	readonly out: string;
}

/** What a list names for one file; what is missing is taken from the options. */
export interface NamedInput {
	readonly file: string;
	readonly out?: string | undefined;
}

/**
 * The files that a command line names: files, what folders hold (by name, not what lies deeper), a list of names.
 *
 * @throws {UsageError} when there is none; a file that does not exist is found when it is its turn.
 */
export function expandInputs(
	files: readonly string[],
	filesFrom: string | undefined,
	extension: string,
): readonly string[] {
	const named = [...files, ...(filesFrom === undefined ? [] : readNames(filesFrom))];
	return named.flatMap((file) => (isFolder(file) ? filesIn(file, extension) : [file]));
}

/**
 * Gives each input its output, and refuses two that would be one file.
 *
 * @param suffix ends the name beside the input: `-signed`.
 * @throws {UsageError} `output-clash`, or where `--out` is given for more than one file.
 */
export function nameOutputs<T extends NamedInput>(
	inputs: readonly T[],
	options: {
		readonly out: string | undefined;
		readonly outDir: string | undefined;
		readonly suffix: (file: string) => string;
	},
): readonly (T & InputFile)[] {
	const { out, outDir, suffix } = options;
	if (out !== undefined && outDir !== undefined) throw new UsageError('--out and --out-dir exclude each other');
	if (out !== undefined && inputs.length > 1) {
		throw new UsageError('--out names one file, and there are several', { hint: 'Use --out-dir.' });
	}
	const outputs = inputs.map((input) => ({
		...input,
		out: input.out ?? out ?? (outDir === undefined ? suffix(input.file) : join(outDir, basename(suffix(input.file)))),
	}));
	refuseClashes(outputs);
	return outputs;
}

/**
 * The folder of `--out-dir`, made where it is missing.
 *
 * @returns takes away again what was made, as long as nothing is in it.
 * @throws {UsageError}
 */
export function makeFolder(path: string | undefined): () => void {
	if (path === undefined) return () => {};
	try {
		const first = mkdirSync(path, { recursive: true });
		return () => first !== undefined && removeEmpty(resolve(path), resolve(first));
	} catch {
		throw new UsageError(`--out-dir: ${path} is not a folder and cannot be made one`, {
			hint: 'Name a folder that you may write to.',
			subject: path,
		});
	}
}

/** Folders from the innermost out to `last`, until one is not empty. */
function removeEmpty(folder: string, last: string): void {
	try {
		rmdirSync(folder);
		if (folder !== last) removeEmpty(dirname(folder), last);
	} catch {
		// Somebody put something in it: it stays.
	}
}

/** `dir/contract.pdf` → `dir/contract-signed.pdf`. */
export function withSuffix(file: string, suffix: string): string {
	const extension = extname(file);
	return join(dirname(file), `${basename(file, extension)}${suffix}${extension}`);
}

function refuseClashes(outputs: readonly InputFile[]): void {
	for (const [index, clash] of outputClashes(outputs)) {
		const { file, out } = outputs[index] ?? { file: '', out: '' };
		const isSame = clash.kind === 'same-output';
		throw new UsageError(
			isSame ? `${clash.with} and ${file} would both become ${out}` : `${file} would replace the input ${clash.with}`,
			{
				code: 'output-clash',
				hint: `Name different outputs, or sign them into ${isSame ? 'different folders' : 'another folder'}.`,
			},
		);
	}
}

/** Names one a line, or each ended by a NUL as `find -print0` gives them. */
function readNames(path: string): readonly string[] {
	const text = readOptionFile('--files-from', path).toString('utf8');
	return text.split(text.includes('\0') ? '\0' : /\r?\n/).filter((line) => line !== '');
}

function filesIn(folder: string, extension: string): readonly string[] {
	return readdirSync(folder, { withFileTypes: true })
		.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
		.map((entry) => entry.name)
		.filter((file) => extension === '' || file.toLowerCase().endsWith(extension))
		.sort()
		.map((file) => join(folder, file));
}

function isFolder(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The environment variable's value. @throws {UsageError} when it is not set. */
export function readVariable(io: Io, variable: string, option: string): string {
	const value = io.env[variable];
	if (value === undefined) throw new UsageError(`${option}: the environment variable ${variable} is not set`);
	return value;
}
