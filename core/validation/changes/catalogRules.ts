/** What may differ in the trailer and the catalog, key by key; everything else there is refused. */
import { PdfArray, PdfDict, PdfName, type PdfObject, PdfRef, PdfStream, PdfString } from '../../pdf/objects.ts';
import type { ChangeKind } from './change.ts';
import { reviewForm } from './formRules.ts';
import type { Review } from './review.ts';
import { reviewSecurityStore } from './securityStoreRules.ts';
import { reviewStructure } from './structureRules.ts';

export function reviewTrailer(review: Review): void {
	const before = review.signed.trailer;
	const after = review.current.trailer;
	if (!review.same(before.raw('Encrypt'), after.raw('Encrypt'))) review.refuse('encryption-changed');
	const info = after.ref('Info');
	// The document information is shown nowhere in the document (ISO 32000-2, 14.3.3).
	if (review.differs(info) && isPlain(review.current.resolve(info ?? null))) {
		review.explain(info, 'trailer');
		review.report('document-information-changed', 'lta', { ref: info });
	}
	reviewCatalog(review);
}

function reviewCatalog(review: Review): void {
	const before = review.signed.catalog;
	const after = review.current.catalog;
	const catalog = review.current.trailer.ref('Root');
	// Its keys are judged one by one, and none of those that may differ draws.
	review.explain(catalog, 'anyone');
	for (const key of review.differingKeys(before, after)) {
		const allowed = catalogKeys[key]?.(review, before, after, catalog) ?? false;
		if (!allowed) review.refuse(refusals[key] ?? 'catalog-changed', { ref: catalog, detail: key });
	}
	// What the keys refer to may have changed though the catalog did not.
	if (review.same(before.raw('AcroForm'), after.raw('AcroForm'))) reviewForm(review);
	if (review.same(before.raw('DSS'), after.raw('DSS'))) reviewSecurityStore(review);
	if (review.same(before.raw('StructTreeRoot'), after.raw('StructTreeRoot')) && !reviewStructure(review))
		review.refuse('structure-tree-changed', { ref: after.ref('StructTreeRoot') });
	if (review.same(before.raw('Metadata'), after.raw('Metadata')) && review.differs(after.ref('Metadata')))
		reviewMetadata(review, before, after, catalog);
}

type KeyRule = (review: Review, before: PdfDict, after: PdfDict, catalog: PdfRef | undefined) => boolean;

const catalogKeys: Record<string, KeyRule> = {
	AcroForm: (review) => {
		reviewForm(review);
		return true;
	},
	DSS: (review) => reviewSecurityStore(review),
	StructTreeRoot: (review) => reviewStructure(review),
	Metadata: (review, before, after, catalog) => reviewMetadata(review, before, after, catalog),
	Version: (review, _before, after) => {
		if (!/^[12]\.\d$/.test(after.name('Version') ?? '')) return false;
		review.report('version-changed', 'lta');
		return true;
	},
	Extensions: (review, _before, after, catalog) => {
		const extensions = after.get('Extensions');
		if (!(extensions instanceof PdfDict) || !isPlain(extensions)) return false;
		review.explain(after.ref('Extensions'), catalog ?? 'trailer');
		review.explainAdded(extensions);
		review.report('version-changed', 'lta');
		return true;
	},
};

function reviewMetadata(review: Review, _before: PdfDict, after: PdfDict, catalog: PdfRef | undefined): boolean {
	const metadata = after.get('Metadata');
	if (!(metadata instanceof PdfStream) || metadata.dict.name('Subtype') !== 'XML') return false;
	review.explainStream(after.raw('Metadata'), catalog);
	review.report('metadata-changed', 'lta', { ref: after.ref('Metadata') });
	return true;
}

/** Nothing but names, strings, numbers, and lists and dictionaries of them. */
function isPlain(object: PdfObject | undefined, depth = 0): boolean {
	if (object === undefined || depth > 4 || object instanceof PdfStream || object instanceof PdfRef) return false;
	if (object instanceof PdfArray) return [...object].every((item) => isPlain(item, depth + 1));
	if (object instanceof PdfDict) return [...object.keys()].every((key) => isPlain(object.get(key), depth + 1));
	return object === null || typeof object !== 'object' || object instanceof PdfName || object instanceof PdfString;
}

const refusals: Readonly<Record<string, ChangeKind>> = {
	OCProperties: 'layers-changed',
	StructTreeRoot: 'structure-tree-changed',
	OpenAction: 'action-changed',
	AA: 'action-changed',
	URI: 'action-changed',
	Names: 'action-changed',
};
