/** The thread in which documents from outside are read: whatever a file does to it, the service answers on. */
import { parentPort } from 'node:worker_threads';
import { HttpFetcher } from '../../core/net/httpFetcher.ts';
import { OfflineFetcher } from '../../core/net/offlineFetcher.ts';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import { signatureFields } from '../../core/pdf/fields.ts';
import type { Certificate } from '../../core/pki/certificate.ts';
import { PathResearch } from '../../core/pki/pathResearch.ts';
import { ParaphError } from '../../core/ports/errors.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';
import { READY } from '../../core/threads/threadPool.ts';
import { verifyIncrement } from '../../core/validation/verifyIncrement.ts';

/** What submitted signatures are held against. */
export interface SubmissionTrust {
	readonly anchors: readonly TrustAnchor[];
	readonly allowLocal: boolean;
	readonly offline: boolean;
}

export type ReaderQuestion =
	| { readonly kind: 'fields'; readonly bytes: Uint8Array }
	| {
			readonly kind: 'increment';
			readonly bytes: Uint8Array;
			readonly baseSize: number;
			/** Milliseconds since 1970. */
			readonly time: number;
			readonly trust: SubmissionTrust;
	  };

/** An increment that holds. */
export interface JudgedIncrement {
	readonly field: string;
	readonly level: string | null;
	/** ISO 8601. */
	readonly claimedTime: string | null;
	readonly bestTime: string | null;
	readonly certificate: {
		readonly der: Uint8Array;
		/** RFC 4514. */
		readonly subject: string;
		readonly issuer: string;
		readonly serial: string;
		readonly identifiers: readonly { readonly attribute: string; readonly value: string }[];
	};
}

export type ReaderReply =
	| { readonly kind: 'fields'; readonly empty: readonly string[] }
	| { readonly kind: 'increment'; readonly judged: JudgedIncrement }
	| { readonly kind: 'failure'; readonly code: string; readonly message: string; readonly hint: string };

const tell = (reply: ReaderReply | typeof READY): void => parentPort?.postMessage(reply);

/** Kept, so that what was learnt about an authority is known for the next signature by it. */
const researches = new Map<string, PathResearch>();

parentPort?.on('message', async (question: ReaderQuestion) => {
	try {
		tell(question.kind === 'fields' ? readFields(question.bytes) : await judge(question));
	} catch (error) {
		if (!(error instanceof ParaphError)) throw error;
		tell({ kind: 'failure', code: error.code, message: error.message, hint: error.hint });
	}
});
tell(READY);

function readFields(bytes: Uint8Array): ReaderReply {
	const document = PdfDocument.open(new BytesSource(bytes));
	const empty = signatureFields(document).filter(({ signature }) => signature === undefined);
	return { kind: 'fields', empty: empty.map(({ name }) => name) };
}

async function judge({
	bytes,
	baseSize,
	time,
	trust,
}: Extract<ReaderQuestion, { kind: 'increment' }>): Promise<ReaderReply> {
	const { anchors } = trust;
	const verdict = await verifyIncrement(new BytesSource(bytes), baseSize, {
		anchors,
		time: new Date(time),
		research: researchFor(trust),
	});
	const { signer } = verdict;
	if (signer === undefined) throw new TypeError('a signature that holds has a signer');
	return {
		kind: 'increment',
		judged: {
			field: verdict.field,
			level: verdict.level,
			claimedTime: verdict.claimedTime?.toISOString() ?? null,
			bestTime: verdict.bestTime?.toISOString() ?? null,
			certificate: describeCertificate(signer),
		},
	};
}

const describeCertificate = (certificate: Certificate): JudgedIncrement['certificate'] => ({
	der: certificate.raw,
	subject: certificate.subject.text,
	issuer: certificate.issuer.text,
	serial: certificate.serialNumber,
	identifiers: identifierAttributes.flatMap(([attribute, type]) => {
		const value = certificate.subject.attribute(type);
		return value === undefined ? [] : [{ attribute, value }];
	}),
});

/** Of the subject, that carry an identifier (EN 319 412-1 §5.1). */
const identifierAttributes = [
	['serialNumber', '2.5.4.5'],
	['organizationIdentifier', '2.5.4.97'],
] as const;

function researchFor({ allowLocal, offline }: SubmissionTrust): PathResearch {
	const name = `${allowLocal} ${offline}`;
	const known =
		researches.get(name) ?? new PathResearch(offline ? new OfflineFetcher() : new HttpFetcher({ allowLocal }));
	researches.set(name, known);
	return known;
}
