/** What timestamps prove about the order of events (EN 319 102-1 §5.3.4 and §5.5.4): made too late, too early, or in no order. */
import type { Certificate } from '../../pki/certificate.ts';
import { failed, open } from './objectVerdict.ts';
import type { Conclusion, TimestampVerdict } from './verdict.ts';

export interface Events {
	readonly signer: Certificate;
	/** When the signer's certificate was revoked; undefined where it was not, or nobody knows. */
	readonly revokedAt: Date | undefined;
	/** The earliest time at which the signature is known to exist: proved, or the present. */
	readonly exists: Date;
	readonly timestamps: readonly TimestampVerdict[];
}

/** What the order of events says against a signature, whose conclusion without it is given; undefined where nothing. */
export function judgeOrder(conclusion: Conclusion, events: Events): Conclusion | undefined {
	const { signer, revokedAt, exists, timestamps } = events;
	const sound = timestamps.filter(({ indication }) => indication === 'TOTAL-PASSED');
	const timesOf = (wanted: TimestampVerdict['kind']): readonly Date[] =>
		sound.filter(({ kind }) => kind === wanted).map(({ time }) => time);
	// A timestamp over the content was there before the signature, which signs it.
	const begun = latest(timesOf('content'));
	const { subIndication } = conclusion;
	if (exists < signer.notBefore && isAboutTime(subIndication))
		return failed(
			'NOT_YET_VALID',
			'signed-before-issuance',
			`It existed at ${exists.toISOString()}, before the certificate of its signer was issued.`,
		);
	if (begun && revokedAt && begun > revokedAt && subIndication === 'REVOKED_NO_POE')
		return failed(
			'REVOKED',
			'signed-after-revocation',
			`It was made after ${begun.toISOString()}, when the certificate of its signer was revoked already.`,
		);
	if (begun && begun > signer.notAfter && isAboutTime(subIndication))
		return failed(
			'EXPIRED',
			'signed-after-expiry',
			`It was made after ${begun.toISOString()}, when the certificate of its signer had expired already.`,
		);
	const ended = timesOf('signature').toSorted((a, b) => a.getTime() - b.getTime())[0];
	if (begun && ended && begun > ended && conclusion.indication === 'TOTAL-PASSED')
		return open(
			'TIMESTAMP_ORDER_FAILURE',
			'timestamp-order',
			'The timestamp over the content is later than that over the signature.',
		);
	return undefined;
}

/** Conclusions that the time of the signature alone is to blame for. */
const isAboutTime = (subIndication: Conclusion['subIndication']): boolean =>
	subIndication === 'OUT_OF_BOUNDS_NO_POE' || subIndication === 'OUT_OF_BOUNDS_NOT_REVOKED';

const latest = (times: readonly Date[]): Date | undefined => times.toSorted((a, b) => b.getTime() - a.getTime())[0];
