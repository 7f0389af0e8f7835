/**
 * What happened to a document after a signature: an allow-list (ISO 32000-2, 12.8.2.2 and 12.8.2.4).
 *
 * Every object that differs between the signed revision and the file must be explained by a rule; what is left over is
 * `disallowed`. The rules see both revisions by their cross-references, so it does not matter how the update was written.
 */
import type { PdfDocument } from '../../pdf/document.ts';
import { PdfRef } from '../../pdf/objects.ts';
import { PdfError } from '../../pdf/pdfError.ts';
import { reviewTrailer } from './catalogRules.ts';
import { type Change, type ChangeAnalysis, worstLevel } from './change.ts';
import { findDifferences } from './differences.ts';
import { reviewLeftovers } from './leftovers.ts';
import { reviewPages } from './pageRules.ts';
import { type Permissions, Review } from './review.ts';
import { uncoveredTail, unmentionedBytes } from './uncoveredTail.ts';

/**
 * @param signed the document as the signature covers it.
 * @param current the whole file.
 * @param signedEnd offset behind the last byte that the signature covers.
 */
export function analyseChanges(
	signed: PdfDocument,
	current: PdfDocument,
	signedEnd: number,
	permissions: Permissions,
): ChangeAnalysis {
	const items: Change[] = [uncoveredTail(current, signedEnd), unmentionedBytes(current, signedEnd)].filter(
		(change) => change !== undefined,
	);
	if (signedEnd < current.source.size) items.push(...compare(signed, current, permissions));
	return { level: worstLevel(items.map((item) => item.level)), items };
}

function compare(signed: PdfDocument, current: PdfDocument, permissions: Permissions): readonly Change[] {
	const wasRebuilt = [signed.rebuilt, current.rebuilt];
	const items = compareOnce(signed, current, permissions);
	if (signed.rebuilt === wasRebuilt[0] && current.rebuilt === wasRebuilt[1]) return items;
	// A damaged reference was come upon while comparing. Whether the signed revision has it, too, shows when all is read;
	// what was compared so far was seen through two different cross-references.
	readAll(signed);
	readAll(current);
	return compareOnce(signed, current, permissions);
}

function readAll(document: PdfDocument): void {
	for (const number of [...document.crossReference.numbers()]) {
		if (document.rebuilt) return;
		document.get(new PdfRef(number));
	}
}

function compareOnce(signed: PdfDocument, current: PdfDocument, permissions: Permissions): readonly Change[] {
	const review = new Review(signed, current, findDifferences(signed, current), permissions);
	try {
		reviewTrailer(review);
		reviewPages(review);
		reviewLeftovers(review);
	} catch (error) {
		if (!(error instanceof PdfError)) throw error;
		// What cannot be read cannot be explained.
		review.refuse('object-unexplained', { detail: error.code });
	}
	// An update whose cross-reference leads astray shows each reader something else.
	if (current.rebuilt && !signed.rebuilt)
		review.refuse('object-unexplained', { detail: 'cross-reference', object: current.misledFor });
	return review.items;
}
