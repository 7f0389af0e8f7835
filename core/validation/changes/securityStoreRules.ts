/** The DSS and what hangs below it may grow at any time, even under DocMDP 1 (ISO 32000-2, 12.8.2.2, 12.8.4.3). */
import { PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream } from '../../pdf/objects.ts';
import type { Review } from './review.ts';

const arrays: ReadonlySet<string> = new Set(['Certs', 'CRLs', 'OCSPs', 'Cert', 'CRL', 'OCSP']);
/** A stream that holds DER and nothing that a viewer could be made to draw. */
const streamKeys: ReadonlySet<string> = new Set(['Filter', 'DecodeParms', 'Type', 'DL']);

/** @returns whether the DSS has the shape of one; what of it is new or changed is then explained. */
export function reviewSecurityStore(review: Review): boolean {
	const catalog = review.current.trailer.ref('Root');
	const raw = review.current.catalog.raw('DSS');
	if (raw === undefined) return false;
	const visited: { ref: PdfRef; referrer: PdfRef | undefined }[] = [];
	if (!isStore(review, raw, catalog, visited)) return false;
	if (visited.some(({ ref }) => review.differs(ref)) || review.signed.catalog.raw('DSS') === undefined)
		review.report('validation-data-added', 'lta', { ref: raw instanceof PdfRef ? raw : undefined });
	for (const { ref, referrer } of visited) review.explain(ref, referrer ?? 'trailer');
	return true;
}

type Visited = { ref: PdfRef; referrer: PdfRef | undefined }[];

function isStore(review: Review, raw: PdfObject, catalog: PdfRef | undefined, visited: Visited): boolean {
	const { object, holder } = visit(review, raw, catalog, visited);
	if (!(object instanceof PdfDict)) return false;
	return [...object.entries()].every(([key, value]) => {
		if (key === 'Type') return true;
		if (arrays.has(key)) return isArrayOfData(review, value, holder, visited);
		return key === 'VRI' && isRelated(review, value, holder, visited);
	});
}

function isRelated(review: Review, raw: PdfObject, referrer: PdfRef | undefined, visited: Visited): boolean {
	const { object, holder } = visit(review, raw, referrer, visited);
	if (!(object instanceof PdfDict)) return false;
	return [...object.entries()].every(([name, entry]) => {
		if (name === 'Type') return true;
		const related = visit(review, entry, holder, visited);
		return related.object instanceof PdfDict && isEntry(review, related.object, related.holder, visited);
	});
}

function isEntry(review: Review, entry: PdfDict, holder: PdfRef | undefined, visited: Visited): boolean {
	return [...entry.entries()].every(([key, value]) => {
		if (key === 'Type' || key === 'TU') return !(value instanceof PdfRef);
		if (key === 'TS') return isData(review, value, holder, visited);
		return arrays.has(key) && isArrayOfData(review, value, holder, visited);
	});
}

function isArrayOfData(review: Review, raw: PdfObject, referrer: PdfRef | undefined, visited: Visited): boolean {
	const { object, holder } = visit(review, raw, referrer, visited);
	return object instanceof PdfArray && object.items.every((item) => isData(review, item, holder, visited));
}

function isData(review: Review, raw: PdfObject, referrer: PdfRef | undefined, visited: Visited): boolean {
	const { object, holder } = visit(review, raw, referrer, visited);
	if (!(object instanceof PdfStream)) return false;
	return [...object.dict.entries()].every(([key, value]) => {
		// A length may be an object of its own.
		if (key === 'Length') return typeof visit(review, value, holder, visited).object === 'number';
		return streamKeys.has(key) && !(value instanceof PdfRef);
	});
}

/** Follows a reference and keeps note of it; what is written directly belongs to the object around it. */
function visit(
	review: Review,
	raw: PdfObject,
	referrer: PdfRef | undefined,
	visited: Visited,
): { object: PdfObject; holder: PdfRef | undefined } {
	if (!(raw instanceof PdfRef)) return { object: raw, holder: referrer };
	visited.push({ ref: raw, referrer });
	return { object: review.current.get(raw), holder: raw };
}
