/** Collects the facts about every signature of a PDF. */
import type { PdfDocument } from '../../pdf/document.ts';
import { signatureFields } from '../../pdf/fields.ts';
import type { FieldLock } from '../../pdf/signatureDictionary.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import { analyseChanges } from '../changes/analyseChanges.ts';
import type { ChangeAnalysis } from '../changes/change.ts';
import type { Permissions } from '../changes/review.ts';
import { Evidence } from './evidence.ts';
import type { EvidenceReader } from './evidenceReader.ts';
import { readSecurityStore, type SecurityStore } from './securityStore.ts';
import { readSignature, type SignatureFacts, type SignatureReading } from './signatureFacts.ts';
import { withCounterSignatures } from './standaloneFacts.ts';

export interface DocumentFacts {
	/** In the order in which they were made. */
	readonly signatures: readonly SignatureFacts[];
	readonly evidence: Evidence;
	readonly store: SecurityStore | undefined;
}

const nothing: ValidationData = { certificates: [], crls: [], ocspResponses: [] };

/**
 * @param given validation data from outside the file.
 * @throws {PdfError} where the document cannot be read.
 */
export function collectFacts(
	document: PdfDocument,
	given: ValidationData = nothing,
	reader?: EvidenceReader | undefined,
): DocumentFacts {
	const evidence = new Evidence(reader);
	evidence.add(given);
	const newest = readSecurityStore(document);
	if (newest) evidence.addStore(newest);
	const { known } = evidence;
	const readings = signatureFields(document)
		.flatMap((field) => (field.signature ? [readSignature(document, field, field.signature, known)] : []))
		.sort((a, b) => a.end - b.end || a.offset - b.offset);
	const stores = [newest, ...readings.map((reading) => storeOf(reading, document))].filter(
		(store) => store !== undefined,
	);
	for (const store of stores) evidence.addStore(store);
	for (const { object, offset } of readings) if (object) evidence.addObject(object, offset);
	const signatures = readings.flatMap((reading) =>
		withCounterSignatures({ ...reading, changes: changesAfter(document, reading, readings) }),
	);
	return { signatures, evidence, store: joinStores(stores) };
}

/** A later revision may have replaced the DSS; what an earlier one held is still in the file. */
function storeOf({ signedRevision }: SignatureReading, document: PdfDocument): SecurityStore | undefined {
	return signedRevision && signedRevision !== document ? readSecurityStore(signedRevision) : undefined;
}

function joinStores(stores: readonly SecurityStore[]): SecurityStore | undefined {
	if (stores.length <= 1) return stores[0];
	return {
		certificates: stores.flatMap((store) => store.certificates),
		crls: stores.flatMap((store) => store.crls),
		ocspResponses: stores.flatMap((store) => store.ocspResponses),
	};
}

const unknowable: ChangeAnalysis = {
	level: 'disallowed',
	items: [
		{
			what: 'object-unexplained',
			level: 'disallowed',
			page: undefined,
			rectangle: undefined,
			object: undefined,
			detail: 'the signed revision cannot be read',
		},
	],
};

function changesAfter(
	document: PdfDocument,
	reading: SignatureReading,
	all: readonly SignatureReading[],
): ChangeAnalysis {
	const { signedRevision } = reading;
	if (!signedRevision) return unknowable;
	return analyseChanges(signedRevision, document, reading.end, permissionsFor(signedRevision, reading, all));
}

/** What this signature and those before it allow (ISO 32000-2, 12.8.2.2 and 12.8.2.4). */
function permissionsFor(
	revision: PdfDocument,
	reading: SignatureReading,
	all: readonly SignatureReading[],
): Permissions {
	const references = all.filter((other) => other.end <= reading.end).flatMap((other) => other.dictionary.references);
	const locks: FieldLock[] = references.flatMap((reference) => (reference.transform === 'FieldMDP' ? [reference] : []));
	const isCertified = revision.catalog.dict('Perms')?.dict('DocMDP') !== undefined;
	const permissions = references.flatMap((reference) => {
		if (reference.transform === 'FieldMDP') return reference.permission ?? [];
		return reference.transform === 'DocMDP' && isCertified ? reference.permission : [];
	});
	// Without certification form filling and signing are expected to go on, and nothing else.
	const modifications = permissions.includes(1) ? 1 : permissions.length === 0 || permissions.includes(2) ? 2 : 3;
	return { modifications, locks };
}
