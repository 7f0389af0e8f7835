/** Whether somebody who saw a document before would see nothing else in it now but further signatures. */
import { type ByteSource, FileSource } from '../../pdf/byteSource.ts';
import { PdfDocument } from '../../pdf/document.ts';
import { analyseChanges } from './analyseChanges.ts';
import type { Change, ChangeKind } from './change.ts';

/** A signature in a field that waited for it, its proof, and what programs write along with both. */
const broughtBySignatures: ReadonlySet<ChangeKind> = new Set([
	'signature-added',
	'validation-data-added',
	'document-timestamp-added',
	'metadata-changed',
	'document-information-changed',
	'version-changed',
	'unused-objects-added',
	'form-resources-added',
	'structure-element-added',
	'tab-order-set',
]);

/** The first change that is more than that; undefined where there is none. @throws {PdfError} */
export function changeBesidesSignatures(source: ByteSource, seen: number): Change | undefined {
	const after = PdfDocument.open(source);
	const { items } = analyseChanges(after.viewAt(seen), after, seen, { modifications: 2, locks: [] });
	return items.find(({ what }) => !broughtBySignatures.has(what));
}

/**
 * @param seen bytes from the beginning of the file that the person has seen.
 * @throws {PdfError} when the file cannot be read.
 */
export function addedSignaturesAlone(path: string, seen: number): boolean {
	const source = FileSource.open(path);
	try {
		return changeBesidesSignatures(source, seen) === undefined;
	} finally {
		source.close();
	}
}
