/** From the facts about a document to the verdict on each signature (EN 319 102-1 §5.6, validation for archival data). */
import type { SignerFacts } from '../../cms/checkSigner.ts';
import { CertificatePool } from '../../pki/certificatePool.ts';
import type { TrustedLists } from '../../pki/trustedLists/trustedLists.ts';
import { isTrustedAt, type TrustAnchor } from '../../ports/trustSource.ts';
import { changeInWords } from '../changes/changeWords.ts';
import type { DocumentFacts } from '../facts/documentFacts.ts';
import { type EmbeddedTimestamp, type SignatureFacts, strayBytes } from '../facts/signatureFacts.ts';
import type { ValidationPolicy } from '../policy/policy.ts';
import { type CertificateVerdict, judgeCertificate } from './certificateVerdict.ts';
import { type Coverage, Existence } from './existence.ts';
import { findLevel } from './level.ts';
import { embeddedObject, failed, judgeAlgorithms, judgeObject, objectWarnings, open } from './objectVerdict.ts';
import { judgeOrder } from './orderOfEvents.ts';
import { provableUntil } from './provableUntil.ts';
import { qualify } from './qualification.ts';
import { signingTime } from './signingTime.ts';
import {
	type Conclusion,
	type DocumentVerdict,
	passed,
	type SignatureVerdict,
	type TimestampVerdict,
	worstIndication,
} from './verdict.ts';

export interface JudgeOptions {
	readonly anchors: readonly TrustAnchor[];
	/** The moment for which validation is done. */
	readonly time: Date;
	readonly policy: ValidationPolicy;
	readonly online: boolean;
	/** What they say of a certificate's issuer decides whether it is qualified. */
	readonly trustedLists?: TrustedLists | undefined;
}

/** Pure: the same facts and options always give the same verdict. */
export function judgeDocument(facts: DocumentFacts, options: JudgeOptions): DocumentVerdict {
	const court = new Court(facts, options);
	const signatures = court.judge();
	return {
		indication: worstIndication(signatures.map((signature) => signature.indication)),
		signatures,
		time: options.time,
		policy: options.policy.name,
		online: options.online,
	};
}

class Court {
	readonly #facts: DocumentFacts;
	readonly #options: JudgeOptions;
	readonly #anchorOf = new Map<string, TrustAnchor[]>();
	readonly #anchors: CertificatePool;
	readonly #existence: Existence;

	constructor(facts: DocumentFacts, options: JudgeOptions) {
		this.#facts = facts;
		this.#options = options;
		this.#existence = new Existence(options.time);
		this.#anchors = new CertificatePool();
		for (const anchor of options.anchors) {
			const [certificate] = facts.evidence.reader.certificates([anchor.certificate]);
			if (!certificate) continue;
			const { fingerprint } = this.#anchors.add(certificate);
			this.#anchorOf.set(fingerprint, [...(this.#anchorOf.get(fingerprint) ?? []), anchor]);
		}
	}

	/** Those trusted when a certificate was used: a service withdrawn since still vouches for what it was granted for. */
	#anchorsAt(time: Date): CertificatePool {
		if (this.#options.anchors.every(({ trusted }) => trusted === undefined)) return this.#anchors;
		return new CertificatePool(
			[...this.#anchors].filter(({ fingerprint }) =>
				this.#anchorOf.get(fingerprint)?.some((anchor) => isTrustedAt(anchor, time)),
			),
		);
	}

	/**
	 * From the newest to the oldest, so that what is proved by later timestamps serves the earlier ones; what proves a
	 * counter-signature stands in the signature that carries it, so these come last.
	 */
	judge(): readonly SignatureVerdict[] {
		const { signatures } = this.#facts;
		const verdicts = new Map<SignatureFacts, SignatureVerdict>();
		const judge = (signature: SignatureFacts) => verdicts.set(signature, this.#judgeSignature(signature));
		signatures
			.filter(({ counterSigned }) => counterSigned === undefined)
			.toReversed()
			.forEach(judge);
		signatures.filter(({ counterSigned }) => counterSigned !== undefined).forEach(judge);
		return signatures.flatMap((signature) => verdicts.get(signature) ?? []);
	}

	#judgeSignature(facts: SignatureFacts): SignatureVerdict {
		const timestamps = this.#judgeTimestamps(facts);
		const isTimestamp = facts.kind === 'document-timestamp';
		const proven = isTimestamp ? this.#existence.provenAt(facts.offset) : this.#existence.provenSignature(facts.offset);
		const { conclusion: timeless, chain } = this.#conclude(facts, proven);
		const { certificate: signer } = facts.object?.facts ?? {};
		const token = facts.object?.token;
		const exists = proven ?? token?.info.time ?? this.#options.time;
		const order = signer && judgeOrder(timeless, { signer, revokedAt: chain?.revokedAt, exists, timestamps });
		const conclusion = order ?? timeless;
		if (isTimestamp && conclusion.indication === 'TOTAL-PASSED' && token)
			this.#existence.addDocumentTimestamp(token.info.time, coverageOf(facts));
		const anchor = chain?.anchored ? this.#anchorOf.get(chain.path.at(-1)?.fingerprint ?? '')?.[0] : undefined;
		const qualified =
			!isTimestamp && signer && conclusion.indication === 'TOTAL-PASSED'
				? qualify({
						certificate: signer,
						issuers: chain?.path.slice(1) ?? [],
						time: proven ?? this.#options.time,
						now: this.#options.time,
						lists: this.#options.trustedLists,
					})
				: undefined;
		return {
			...conclusion,
			facts,
			kind: facts.kind,
			field: facts.field.name,
			counterSignatureOf: this.#counterSignedBy(facts),
			level: isTimestamp ? null : findLevel(facts, this.#facts, this.#anchors),
			qualification: qualified?.qualification ?? null,
			signer,
			chain: chain?.path ?? (signer ? [signer] : []),
			anchor,
			claimedTime: isTimestamp ? token?.info.time : claimedTime(facts),
			bestTime: isTimestamp ? earlier(proven, token?.info.time) : proven,
			timestamps,
			coversWholeRevision: facts.coversWholeRevision,
			bytesAfter: facts.byteRange.bytesAfter,
			changes: facts.changes,
			warnings: [...(chain?.warnings ?? []), ...(qualified?.warnings ?? []), ...warningsOf(facts)],
			provableUntil: conclusion.indication === 'TOTAL-PASSED' ? provableUntil(chain, timestamps) : undefined,
		};
	}

	#counterSignedBy({ counterSigned }: SignatureFacts): number | undefined {
		if (counterSigned === undefined) return undefined;
		const index = this.#facts.signatures.findIndex(({ offset }) => offset === counterSigned);
		return index < 0 ? undefined : index;
	}

	#conclude(
		facts: SignatureFacts,
		proven: Date | undefined,
	): { conclusion: Conclusion; chain: CertificateVerdict | undefined } {
		const { object } = facts;
		const chain = object && this.#judgeCertificate(object.facts, proven, object.token?.info.time);
		const format = judgeFormat(facts);
		if (!object) return { conclusion: format ?? unreadable, chain };
		const arithmetic = judgeObject(object);
		// A wrong shape decides before arithmetic (§5.2.2), what is false before what was changed later, what is known last.
		const isShapeless = facts.formatFaults.length > 0;
		if (arithmetic.indication === 'TOTAL-FAILED' && !isShapeless) return { conclusion: arithmetic, chain };
		if (format) return { conclusion: format, chain };
		if (arithmetic.indication !== 'TOTAL-PASSED') return { conclusion: arithmetic, chain };
		if (this.#options.policy.signingCertificateAttributeRequired && object.facts.signingCertificate === 'absent')
			return { conclusion: nameless, chain };
		if (chain && chain.subIndication !== null)
			return {
				conclusion: { indication: 'INDETERMINATE', subIndication: chain.subIndication, errors: chain.errors },
				chain,
			};
		const weak = judgeAlgorithms(object, this.#options.policy, proven ?? this.#options.time);
		return { conclusion: weak ?? passed, chain };
	}

	/** @returns undefined where the certificate is not there. */
	#judgeCertificate(
		{ certificate, signingCertificate }: SignerFacts,
		proven: Date | undefined,
		stamped: Date | undefined,
	): CertificateVerdict | undefined {
		if (!certificate) return undefined;
		const { evidence } = this.#facts;
		return judgeCertificate({
			certificate,
			pool: evidence.pool,
			anchors: this.#anchorsAt(stamped ?? proven ?? this.#options.time),
			data: evidence.data,
			policy: this.#options.policy,
			now: this.#options.time,
			proven,
			stamped,
			isNamed: signingCertificate === 'matches' || signingCertificate === 'issuer-serial-differs',
			existenceOf: (source) => this.#existence.since(evidence.offsetsOf(source)),
		});
	}

	/** Timestamps inside a signature; each that holds proves that the signature existed. */
	#judgeTimestamps(facts: SignatureFacts): readonly TimestampVerdict[] {
		return (facts.object?.timestamps ?? []).map((timestamp) => {
			const { place, token, covers } = timestamp;
			const { conclusion, chain } = this.#concludeTimestamp(timestamp, this.#existence.provenAt(place));
			if (conclusion.indication === 'TOTAL-PASSED' && timestamp.kind === 'signature')
				this.#existence.addSignatureTimestamp(token.info.time, coverageOf(facts));
			if (conclusion.indication === 'TOTAL-PASSED' && timestamp.kind === 'archive')
				this.#existence.addArchiveTimestamp(token.info.time, coverageOf(facts), covers);
			return {
				...conclusion,
				kind: timestamp.kind,
				time: token.info.time,
				authority: timestamp.facts.certificate,
				chain: chain?.path ?? [],
			};
		});
	}

	#concludeTimestamp(
		timestamp: EmbeddedTimestamp,
		proven: Date | undefined,
	): { conclusion: Conclusion; chain: CertificateVerdict | undefined } {
		const object = embeddedObject(timestamp);
		const arithmetic = judgeObject(object);
		if (arithmetic.indication !== 'TOTAL-PASSED') return { conclusion: arithmetic, chain: undefined };
		const chain = this.#judgeCertificate(timestamp.facts, proven, timestamp.token.info.time);
		if (!chain) return { conclusion: arithmetic, chain };
		if (chain.subIndication !== null)
			return {
				conclusion: { indication: 'INDETERMINATE', subIndication: chain.subIndication, errors: chain.errors },
				chain,
			};
		return { conclusion: judgeAlgorithms(object, this.#options.policy, proven ?? this.#options.time) ?? passed, chain };
	}
}

/** A signature that is no part of a PDF covers nothing else that has a place. */
const coverageOf = ({ end, offset, byteRange: { range } }: SignatureFacts): Coverage => ({
	end,
	gap: range ? [range[1], range[2]] : [offset, offset + 1],
	offset,
});

const nameless = open(
	'SIG_CONSTRAINTS_FAILURE',
	'signing-certificate-attribute-missing',
	'The signature does not name its certificate, which the policy asks for.',
);
const unreadable = failed('FORMAT_FAILURE', 'cms-malformed', 'The signature cannot be read.');

/** Shape of the range and what was changed outside it; stricter than peers on purpose. */
function judgeFormat({ formatFaults, changes, coversWholeRevision }: SignatureFacts): Conclusion | undefined {
	const [fault] = formatFaults;
	if (fault !== undefined)
		return {
			...failed('FORMAT_FAILURE', fault, faultMessages[fault]),
			errors: formatFaults.map((code) => ({ code, message: faultMessages[code] })),
		};
	if (!coversWholeRevision)
		return failed('FORMAT_FAILURE', 'byte-range-no-revision', faultMessages['byte-range-no-revision']);
	if (changes.level !== 'disallowed') return undefined;
	const refused = changes.items.filter((item) => item.level === 'disallowed');
	return {
		indication: 'TOTAL-FAILED',
		subIndication: 'FORMAT_FAILURE',
		errors: refused.map((change) => ({
			code: change.what,
			message: `After the signature, and not allowed by it: ${changeInWords(change)}.`,
		})),
	};
}

const faultMessages: Readonly<Record<SignatureFacts['formatFaults'][number], string>> = {
	'signature-ambiguous': 'The signature says something twice, so that each reader may take another.',
	'byte-range-missing': 'The signature does not say which bytes it covers.',
	'contents-missing': 'The signature is empty.',
	'byte-range-not-one-gap': 'The signature leaves out more than its own place.',
	'byte-range-not-from-start': 'The signature does not begin where the file does.',
	'byte-range-overlaps': 'The byte range of the signature contradicts itself.',
	'byte-range-beyond-end': 'The signature covers more bytes than the file has: it was cut short.',
	'byte-range-gap-differs': 'The bytes that the signature leaves out are not exactly its own place.',
	'byte-range-no-revision': 'The signature does not end where a saved state of the document ends.',
	'sub-filter-unknown': 'The signature is of a kind that is not known.',
	'cms-malformed': 'The signature cannot be read.',
	'cms-not-signed-data': 'The signature holds something else than a signature.',
	'cms-signer-count': 'The signature does not have exactly one signer.',
	'timestamp-malformed': 'The timestamp cannot be read.',
	'xml-malformed': 'The XML signature cannot be read.',
	'container-content-unclear': 'The container does not say which of its files the signature is over.',
	'counter-signature-misplaced': 'The counter-signature is not over the signature that carries it.',
	'signatures-too-many': 'There are more signatures than are read.',
};

function claimedTime({ dictionary, object, xades }: SignatureFacts): Date | undefined {
	return dictionary.time ?? xades?.signingTime ?? signingTime(object?.signer);
}

const earlier = (a: Date | undefined, b: Date | undefined): Date | undefined => (a && b ? (a < b ? a : b) : (a ?? b));

function warningsOf(facts: SignatureFacts) {
	const warnings = facts.object ? [...objectWarnings(facts.object)] : [];
	const unread = facts.object?.unreadableTimestamps ?? 0;
	if (unread > 0)
		warnings.push({ code: 'timestamp-malformed', message: `${unread} timestamps in the signature cannot be read.` });
	const unchecked = facts.object?.uncheckedTimestamps ?? [];
	if (unchecked.length > 0)
		warnings.push({
			code: 'timestamp-not-checked',
			message: `Timestamps of these kinds are not checked here, and prove nothing: ${[...new Set(unchecked)].join(', ')}.`,
		});
	const stray = strayBytes(facts);
	if (stray > 0)
		warnings.push({
			code: 'contents-not-filled-with-zeros',
			message: `In the place of the signature, behind it, there are ${stray} bytes that nothing covers.`,
		});
	if (facts.xades?.coversPart)
		warnings.push({
			code: 'xml-partly-signed',
			message: 'The signature covers a part of the XML file, not the whole.',
		});
	for (const name of facts.unsignedFiles?.slice(0, MOST_NAMED) ?? [])
		warnings.push({ code: 'file-not-signed', message: `The signature does not cover '${name}', which lies beside.` });
	return warnings;
}

/** More names help nobody. */
const MOST_NAMED = 50;
