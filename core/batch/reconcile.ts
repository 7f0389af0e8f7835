/** Brings journal and disk together after a run that broke off. */
import { createHash } from 'node:crypto';
import {
	closeSync,
	existsSync,
	openSync,
	readdirSync,
	readSync,
	renameSync,
	statSync,
	truncateSync,
	unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import type { WrittenEntry } from './journalEntry.ts';

/** Renames what was written whole and not yet renamed; removes what was not written whole. */
export function reconcile({ part, size, out, replaces, outputSha256, state }: WrittenEntry): void {
	const written = statSync(part, { throwIfNoEntry: false })?.size;
	if (written === undefined) return;
	// Proof that was being appended to a stamped file when the run broke off is appended anew.
	if (state === 'stamped' && written > size) truncateSync(part, size);
	const isWhole = sha256Of(part) === outputSha256;
	if (isWhole && state === 'stamped') return;
	if (isWhole && mayAppear(out, replaces)) renameSync(part, out);
	else unlinkSync(part);
}

/** Nothing that someone else put there meanwhile is replaced. */
function mayAppear(out: string, replaces: WrittenEntry['replaces']): boolean {
	if (replaces === 'anything') return true;
	if (replaces === 'nothing') return !existsSync(out);
	return sha256Of(out) === replaces;
}

/**
 * Removes parts that broken runs left in these folders and that no entry knows of.
 *
 * @param marks of those runs.
 * @param known paths of parts that are still to be completed.
 */
export function sweep(folders: ReadonlySet<string>, marks: readonly string[], known: ReadonlySet<string>): void {
	if (marks.length === 0) return;
	const endings = new Set(marks.map((mark) => `.${mark}.part`));
	for (const folder of folders) {
		for (const name of namesIn(folder)) {
			const path = join(folder, name);
			if (endings.has(name.slice(-LONGEST_ENDING)) && !known.has(path)) unlinkSync(path);
		}
	}
}

/** `.`, the mark, `.part`. */
const LONGEST_ENDING = 1 + 12 + 5;

/** A folder that is gone holds nothing. */
function namesIn(folder: string): readonly string[] {
	return existsSync(folder) ? readdirSync(folder) : [];
}

/** In hex; undefined where there is no such file. */
export function sha256Of(path: string): string | undefined {
	if (!existsSync(path)) return undefined;
	const hash = createHash('sha256');
	const buffer = Buffer.allocUnsafe(1024 * 1024);
	const descriptor = openSync(path, 'r');
	try {
		for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
			hash.update(buffer.subarray(0, count));
		}
	} finally {
		closeSync(descriptor);
	}
	return hash.digest('hex');
}
