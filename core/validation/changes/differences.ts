import type { PdfDocument } from '../../pdf/document.ts';
import { PdfRef } from '../../pdf/objects.ts';
import { unfinishedObjects } from '../../pdf/unfinishedObjects.ts';
import type { XrefEntry } from '../../pdf/xrefSection.ts';
import { sameObject } from './sameObject.ts';

/** How an object of the current file relates to the signed revision. */
export type Difference = 'added' | 'changed' | 'freed';

/**
 * The numbers of all objects that say something else than in the signed revision.
 *
 * Only what newer cross-reference sections mention is looked at, unless one of the two had to be rebuilt or the chain of
 * sections was cut: then everything is.
 */
export function findDifferences(signed: PdfDocument, current: PdfDocument): ReadonlyMap<number, Difference> {
	const differences = new Map<number, Difference>();
	// What the signed revision left open may have been filled in since, with no section to say so.
	const open = new Set(current.source.size > signed.source.size ? unfinishedObjects(signed) : []);
	const review = (number: number): void => {
		const difference = number === 0 ? undefined : compare(number, signed, current, open.has(number));
		if (difference) differences.set(number, difference);
	};
	for (const number of new Set([...candidates(signed, current), ...open])) review(number);
	// What lies in an object stream changes with it, though no section mentions it.
	for (const number of packedIn(differences, signed)) review(number);
	return differences;
}

/** The objects in those object streams of the signed revision that say something else now. */
function packedIn(differences: ReadonlyMap<number, Difference>, signed: PdfDocument): readonly number[] {
	if (differences.size === 0 || signed.crossReference.sections.every(({ kind }) => kind === 'table')) return [];
	return [...signed.crossReference.numbers()].filter((number) => {
		const entry = signed.entry(number);
		return entry?.kind === 'compressed' && differences.has(entry.container) && !differences.has(number);
	});
}

function candidates(signed: PdfDocument, current: PdfDocument): Iterable<number> {
	const old = signed.crossReference.sections.map((section) => section.offset);
	const now = current.crossReference.sections;
	const added = now.slice(0, Math.max(0, now.length - old.length));
	const isContinued =
		!signed.rebuilt &&
		!current.rebuilt &&
		old.length > 0 &&
		now.slice(added.length).every((section, index) => section.offset === old[index]);
	return new Set(
		isContinued
			? added.flatMap((section) => [...section.numbers()])
			: [...signed.crossReference.numbers(), ...current.crossReference.numbers()],
	);
}

function compare(number: number, signed: PdfDocument, current: PdfDocument, wasOpen: boolean): Difference | undefined {
	const before = signed.entry(number);
	const after = current.entry(number);
	if (!wasOpen && samePlace(before, after) && before?.kind !== 'compressed') return undefined;
	// The generation asked for does not matter to the reader: the number decides.
	const was = signed.get(new PdfRef(number));
	const is = current.get(new PdfRef(number));
	// With another generation the references to it lead nowhere, for readers that heed it (7.3.10).
	const hasMoved = before?.kind === 'offset' && after?.kind === 'offset' && before.generation !== after.generation;
	if (hasMoved && was !== null) return 'changed';
	if (was === null) return is === null ? undefined : 'added';
	if (is === null) return 'freed';
	return sameObject({ document: signed, object: was }, { document: current, object: is }) ? undefined : 'changed';
}

function samePlace(a: XrefEntry | undefined, b: XrefEntry | undefined): boolean {
	if (a === undefined || b === undefined) return a === b;
	if (a.kind === 'free' || b.kind === 'free') return a.kind === b.kind;
	if (a.kind === 'offset') return b.kind === 'offset' && a.offset === b.offset && a.generation === b.generation;
	return b.kind === 'compressed' && a.container === b.container && a.index === b.index;
}
