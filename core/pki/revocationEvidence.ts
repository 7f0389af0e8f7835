import type { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';
import type { RevocationReason } from './certificateExtensions.ts';
import type { Crl } from './crl.ts';
import type { BasicOcspResponse, OcspResponse, SingleResponse } from './ocspResponse.ts';
import type { PublicKey } from './publicKey.ts';

export interface RevocationQuestion {
	readonly certificate: Certificate;
	/** Who issued it, already found by its signature. */
	readonly issuer: Certificate;
	/** The issuer's key where its certificate does not say it whole (a DSA key that inherits its parameters). */
	readonly issuerKey?: PublicKey | undefined;
	readonly ocspResponses: readonly OcspResponse[];
	/** Complete and delta lists. */
	readonly crls: readonly Crl[];
	/** Who else may have signed them: responders, issuers of indirect lists, an issuer's CRL-signing certificate. */
	readonly certificates: readonly Certificate[];
	/** Where one stands and looks back: what was issued later does not count. */
	readonly time: Date;
	/** What was issued before does not count: revocation data must be newer than what it serves. */
	readonly issuedAfter?: Date | undefined;
	/** Whether `nextUpdate` may lie before `time`; when judging the past, evidence of that time has long been replaced. */
	readonly stale?: 'refused' | 'accepted';
	/**
	 * Whether a CRL's signer, where it is not the certificate's issuer, has a path to the same anchor (RFC 5280 §6.3.3 (f)).
	 * Without it, no other signer is taken.
	 */
	readonly acceptCrlSigner?: (signer: Certificate) => boolean;
	/**
	 * Whether a delegated OCSP responder that carries no `ocsp-nocheck` is known not to be revoked. Without it such a
	 * responder is taken, and the evidence says `signerNeedsCheck`.
	 */
	readonly acceptResponder?: (responder: Certificate) => boolean;
}

/** What an answer rests on. */
export type RevocationEvidence =
	| {
			readonly kind: 'ocsp';
			readonly response: OcspResponse;
			readonly basic: BasicOcspResponse;
			readonly single: SingleResponse;
			/** The issuer itself, or whom it authorised. */
			readonly signer: Certificate;
			/** The signer's own revocation must be looked up: it is not the issuer and carries no `ocsp-nocheck`. */
			readonly signerNeedsCheck: boolean;
			readonly thisUpdate: Date;
			readonly nextUpdate: Date | undefined;
	  }
	| {
			readonly kind: 'crl';
			readonly crl: Crl;
			/** The delta list that brought it up to date. */
			readonly delta: Crl | undefined;
			readonly signer: Certificate;
			readonly thisUpdate: Date;
			readonly nextUpdate: Date | undefined;
	  };

export type EvidenceFault =
	/** Another certificate's, another issuer's, or a scope that leaves this one out. */
	| 'out-of-scope'
	/** `tryLater`, `unauthorized` and the like. */
	| 'responder-error'
	/** The responder does not know the certificate. */
	| 'unknown-certificate'
	| 'signer-not-found'
	| 'signer-not-authorised'
	| 'signature-invalid'
	| 'algorithm-unknown'
	| 'critical-extension'
	/** thisUpdate after the time asked about. */
	| 'issued-later'
	/** thisUpdate before `issuedAfter`. */
	| 'issued-too-early'
	/** nextUpdate has passed. */
	| 'out-of-date'
	/** Issued when the certificate had expired, by someone who does not keep expired ones. */
	| 'issued-after-expiry'
	/** A delta list without the list it belongs to. */
	| 'delta-without-base'
	| 'malformed';

/** A candidate that could not be used, and why. */
export interface RejectedEvidence {
	readonly source: OcspResponse | Crl;
	readonly fault: EvidenceFault;
	/** One sentence in English. */
	readonly explanation: string;
}

export type RevocationStatus = { readonly rejected: readonly RejectedEvidence[] } & (
	| { readonly status: 'good'; readonly evidence: readonly RevocationEvidence[] }
	| {
			readonly status: 'revoked';
			readonly at: Date;
			readonly reason: RevocationReason;
			readonly evidence: readonly RevocationEvidence[];
	  }
	| { readonly status: 'unknown' }
);

/** Answer of one kind of evidence, before both kinds are weighed. */
export type PartialStatus =
	| { readonly status: 'good'; readonly evidence: readonly RevocationEvidence[] }
	| {
			readonly status: 'revoked';
			readonly at: Date;
			readonly reason: RevocationReason;
			readonly evidence: readonly RevocationEvidence[];
	  };

/** Responders' clocks run ahead now and then. */
const clockTolerance = 5 * 60 * 1000;

/** What is wrong with when a piece of evidence was issued; undefined where nothing is. */
export function timeFault(
	question: RevocationQuestion,
	evidence: { readonly thisUpdate: Date; readonly nextUpdate: Date | undefined },
): Pick<RejectedEvidence, 'fault' | 'explanation'> | undefined {
	const { time, issuedAfter, stale = 'refused' } = question;
	const { thisUpdate, nextUpdate } = evidence;
	if (thisUpdate.getTime() > time.getTime() + clockTolerance)
		return { fault: 'issued-later', explanation: `it was issued ${iso(thisUpdate)}, after ${iso(time)}` };
	if (issuedAfter !== undefined && thisUpdate < issuedAfter)
		return {
			fault: 'issued-too-early',
			explanation: `it was issued ${iso(thisUpdate)}, before ${iso(issuedAfter)}, so it cannot speak for that time`,
		};
	if (stale === 'refused' && nextUpdate !== undefined && nextUpdate < time)
		return { fault: 'out-of-date', explanation: `it held until ${iso(nextUpdate)}` };
	return undefined;
}

/** The key to hold against a signature of the issuer or of another signer. */
export const keyOf = ({ issuer, issuerKey }: RevocationQuestion, signer: Certificate): PublicKey =>
	issuerKey !== undefined && signer.equals(issuer) ? issuerKey : signer.publicKey;

export const iso = (date: Date): string => date.toISOString().replace('.000Z', 'Z');

/** Runs a check that meets unknown algorithms or damaged parts, and turns those into a fault. */
export function faultOf(check: () => void): Pick<RejectedEvidence, 'fault' | 'explanation'> | undefined {
	try {
		check();
		return undefined;
	} catch (error) {
		if (!(error instanceof CertificateError)) throw error;
		const unknown = error.code === 'algorithm-unknown' || error.code === 'key-unsupported';
		return { fault: unknown ? 'algorithm-unknown' : 'malformed', explanation: error.message };
	}
}
