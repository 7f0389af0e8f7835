/** The Document Security Store: validation data that somebody put into the file (ISO 32000-2, 12.8.4.3). */
import type { PdfDocument } from '../../pdf/document.ts';
import { type PdfArray, PdfStream } from '../../pdf/objects.ts';
import { PdfError } from '../../pdf/pdfError.ts';

/** One piece of validation data and where in the file it lies, so that timestamps over it can be told. */
export interface StoredData {
	readonly bytes: Uint8Array;
	/** Of its last byte: what begins within a revision may go on behind it. */
	readonly offset: number;
}

export interface SecurityStore {
	readonly certificates: readonly StoredData[];
	readonly crls: readonly StoredData[];
	readonly ocspResponses: readonly StoredData[];
}

const LARGEST = 32 * 1024 * 1024;
const MOST = 2000;

/** All that the DSS of the newest revision holds, its VRI entries included; undefined where there is none. */
export function readSecurityStore(document: PdfDocument): SecurityStore | undefined {
	const dss = document.catalog.dict('DSS');
	if (!dss) return undefined;
	const entries = [...(dss.dict('VRI')?.keys() ?? [])].flatMap((key) => dss.dict('VRI')?.dict(key) ?? []);
	const gather = (own: string, related: string): readonly StoredData[] => {
		const streams = new Set<PdfStream>();
		for (const array of [dss.array(own), ...entries.map((entry) => entry.array(related))]) collect(array, streams);
		return [...streams].slice(0, MOST).flatMap((stream) => readData(document, stream));
	};
	return {
		certificates: gather('Certs', 'Cert'),
		crls: gather('CRLs', 'CRL'),
		ocspResponses: gather('OCSPs', 'OCSP'),
	};
}

function collect(array: PdfArray | undefined, streams: Set<PdfStream>): void {
	for (const item of array ?? []) if (item instanceof PdfStream) streams.add(item);
}

function readData(document: PdfDocument, stream: PdfStream): readonly StoredData[] {
	try {
		if (stream.data instanceof Uint8Array) return [];
		const offset = stream.data.offset + Math.max(0, stream.data.length - 1);
		return [{ bytes: document.streamData(stream, LARGEST), offset }];
	} catch (error) {
		if (error instanceof PdfError) return [];
		throw error;
	}
}
