/** The document security store (ISO 32000-2, 12.8.4.3; EN 319 142-1 §5.4.2). VRI is read elsewhere, never written. */
import { compressed } from '../pdf/compressedStream.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { IncrementalUpdate } from '../pdf/incrementalUpdate.ts';
import { PdfArray, PdfDict, type PdfObject, PdfRef, PdfStream } from '../pdf/objects.ts';
import { digest } from '../pki/digest.ts';
import { changeDict } from './signatureField.ts';

/** DER of what proves that certificates were good. */
export interface ValidationMaterial {
	readonly certificates: readonly Uint8Array[];
	/** OCSPResponse each. */
	readonly ocspResponses: readonly Uint8Array[];
	readonly crls: readonly Uint8Array[];
}

const keys = { certificates: 'Certs', ocspResponses: 'OCSPs', crls: 'CRLs' } as const;
const maximumItem = 64 * 1024 * 1024;

/** What the store of a document holds. */
export function readDss(document: PdfDocument): ValidationMaterial {
	const store = document.catalog.dict('DSS');
	const read = (key: string): readonly Uint8Array[] =>
		[...(store?.array(key) ?? [])].flatMap((item) =>
			item instanceof PdfStream ? [document.streamData(item, maximumItem)] : [],
		);
	return {
		certificates: read(keys.certificates),
		ocspResponses: read(keys.ocspResponses),
		crls: read(keys.crls),
	};
}

/** By the material: a batch puts the same proof into each of a thousand files. */
const streams = new WeakMap<Uint8Array, PdfStream>();

function streamOf(item: Uint8Array): PdfStream {
	const stream = streams.get(item) ?? compressed(PdfDict.of({}), item);
	streams.set(item, stream);
	return stream;
}

/**
 * An update that adds to the store what it lacks; what it holds stays.
 *
 * @returns the bytes to append; undefined where everything is there already.
 */
export function addToDss(document: PdfDocument, material: ValidationMaterial): Uint8Array | undefined {
	const update = new IncrementalUpdate(document);
	const present = readDss(document);
	const store = document.catalog.dict('DSS');
	const entries: Record<string, PdfObject> = {};
	for (const kind of ['certificates', 'ocspResponses', 'crls'] as const) {
		const missing = without(material[kind], present[kind]);
		if (missing.length === 0) continue;
		const refs = missing.map((item) => update.add(streamOf(item)));
		const key = keys[kind];
		const longer = (store?.array(key) ?? new PdfArray([])).concat(...refs);
		const own = store?.ref(key);
		// An array that is an object of its own stays one: left behind, its growth since earlier signatures would be unexplained.
		if (own) update.set(own, longer);
		else entries[key] = longer;
	}
	if (update.empty) return undefined;
	if (Object.keys(entries).length === 0) return update.finish().bytes;
	const next = (store ?? PdfDict.of({})).with(entries);
	const ref = document.catalog.raw('DSS');
	if (ref instanceof PdfRef && store) update.set(ref, next);
	else {
		const made = update.add(next);
		changeDict(update, update.catalogRef(), (catalog) => catalog.with({ DSS: made }));
	}
	return update.finish().bytes;
}

function without(items: readonly Uint8Array[], present: readonly Uint8Array[]): readonly Uint8Array[] {
	const seen = new Set(present.map(keyOf));
	return items.filter((item) => {
		const key = keyOf(item);
		if (seen.has(key)) return false;
		seen.add(key);
		return true;
	});
}

const keyOf = (bytes: Uint8Array): string => Buffer.from(digest('sha256', bytes)).toString('base64');
