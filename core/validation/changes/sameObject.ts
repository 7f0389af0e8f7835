import type { PdfDocument } from '../../pdf/document.ts';
import { PdfArray, PdfDict, PdfName, type PdfObject, PdfRef, PdfStream, PdfString } from '../../pdf/objects.ts';
import { PdfError } from '../../pdf/pdfError.ts';

const MAXIMUM_DEPTH = 256;
const LARGEST_STREAM = 256 * 1024 * 1024;

/** An object and the document it was read from, which alone can decrypt its data. */
export interface Sided {
	readonly document: PdfDocument;
	readonly object: PdfObject | undefined;
}

/** Whether two objects say the same. References are compared, not followed; what cannot be read is never the same. */
export function sameObject(a: Sided, b: Sided, depth = 0): boolean {
	const left = a.object ?? null;
	const right = b.object ?? null;
	if (left === right) return true;
	if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false;
	if (depth > MAXIMUM_DEPTH) return false;
	if (left instanceof PdfRef) return left.equals(right);
	if (left instanceof PdfName) return right instanceof PdfName && left.value === right.value;
	if (left instanceof PdfString) return right instanceof PdfString && Buffer.compare(left.bytes, right.bytes) === 0;
	const inside = (x: PdfObject | undefined, y: PdfObject | undefined): boolean =>
		sameObject({ document: a.document, object: x }, { document: b.document, object: y }, depth + 1);
	if (left instanceof PdfArray)
		return (
			right instanceof PdfArray &&
			left.length === right.length &&
			left.items.every((item, index) => inside(item, right.items[index]))
		);
	if (left instanceof PdfDict) return sameDict(left, right, inside);
	if (left instanceof PdfStream)
		return (
			right instanceof PdfStream &&
			sameDict(left.dict, right.dict, inside) &&
			sameData(a.document, left, b.document, right)
		);
	return false;
}

type Comparison = (x: PdfObject | undefined, y: PdfObject | undefined) => boolean;

/** What other readers may read otherwise is never the same. */
const sameDict = (a: PdfDict, b: PdfObject, same: Comparison): boolean =>
	b instanceof PdfDict && !a.ambiguous && !b.ambiguous && differingKeys(a, b, same).length === 0;

/** The keys under which two dictionaries differ, as written. */
export function differingKeys(a: PdfDict, b: PdfDict, same: Comparison): readonly string[] {
	return [...new Set([...a.keys(), ...b.keys()])].filter((key) => !same(a.raw(key), b.raw(key)));
}

function sameData(a: PdfDocument, left: PdfStream, b: PdfDocument, right: PdfStream): boolean {
	if (!(left.data instanceof Uint8Array) && !(right.data instanceof Uint8Array))
		if (left.data.offset === right.data.offset && left.data.length === right.data.length) return true;
	try {
		return Buffer.compare(a.encodedData(left, LARGEST_STREAM), b.encodedData(right, LARGEST_STREAM)) === 0;
	} catch (error) {
		if (error instanceof PdfError) return false;
		throw error;
	}
}

/** Whether a dictionary anywhere inside an object has a key twice. */
export function isAmbiguous(object: PdfObject | undefined, depth = 0): boolean {
	if (depth > MAXIMUM_DEPTH) return true;
	if (object instanceof PdfArray) return object.items.some((item) => isAmbiguous(item, depth + 1));
	if (object instanceof PdfStream) return isAmbiguous(object.dict, depth + 1);
	if (!(object instanceof PdfDict)) return false;
	return object.ambiguous || [...object.entries()].some(([, value]) => isAmbiguous(value, depth + 1));
}

/** Every reference written anywhere inside an object, those of a stream's dictionary included. */
export function* referencesIn(object: PdfObject | undefined): Generator<PdfRef> {
	for (const { ref } of usesIn(object)) yield ref;
}

/** A reference, and the key of the dictionary in which it is written; none where the object around it is an array. */
export interface Use {
	readonly ref: PdfRef;
	readonly key: string | undefined;
}

/** Every reference inside an object, with what it is used for. */
export function* usesIn(object: PdfObject | undefined, key?: string, depth = 0): Generator<Use> {
	if (object === undefined || depth > MAXIMUM_DEPTH) return;
	if (object instanceof PdfRef) yield { ref: object, key };
	else if (object instanceof PdfArray) for (const item of object.items) yield* usesIn(item, key, depth + 1);
	else if (object instanceof PdfDict)
		for (const [inner, value] of object.entries()) yield* usesIn(value, inner, depth + 1);
	else if (object instanceof PdfStream) yield* usesIn(object.dict, key, depth + 1);
}
