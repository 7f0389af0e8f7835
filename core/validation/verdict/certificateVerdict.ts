/**
 * Whether a certificate could be relied on when it was used: X.509 validation (EN 319 102-1 §5.2.6) and, where existence
 * in the past is proved, past certificate validation with validation-time sliding (§5.6.2).
 */
import type { Certificate } from '../../pki/certificate.ts';
import { CertificateError } from '../../pki/certificateError.ts';
import type { CertificatePool } from '../../pki/certificatePool.ts';
import type { Crl } from '../../pki/crl.ts';
import type { OcspResponse } from '../../pki/ocspResponse.ts';
import { buildPaths } from '../../pki/pathBuilding.ts';
import type { PathFault } from '../../pki/pathFault.ts';
import { checkPath, explainUnknown, needsNoRevocation } from '../../pki/pathRevocation.ts';
import { type CertificatePath, validatePath } from '../../pki/pathValidation.ts';
import type { RevocationEvidence, RevocationStatus } from '../../pki/revocationEvidence.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import { weaknessOf } from '../policy/cryptography.ts';
import type { ValidationPolicy } from '../policy/policy.ts';
import type { Finding, SubIndication } from './verdict.ts';

export interface CertificateQuestion {
	readonly certificate: Certificate;
	readonly pool: CertificatePool;
	readonly anchors: CertificatePool;
	readonly data: ValidationData;
	readonly policy: ValidationPolicy;
	/** When validation is done: the present, or `--at`. */
	readonly now: Date;
	/** The earliest time at which what the certificate signed is proved to exist; undefined where only the present is. */
	readonly proven: Date | undefined;
	/** For a timestamp the time it states: of that time its authority's status must be known. */
	readonly stamped: Date | undefined;
	/** Whether what the certificate signed names it by its digest. */
	readonly isNamed: boolean;
	/** The earliest time at which a certificate or a piece of revocation data is proved to exist. */
	readonly existenceOf: (source: Crl | OcspResponse | Certificate) => Date;
}

export interface CertificateVerdict {
	/** Null: it could be relied on. */
	readonly subIndication: SubIndication | null;
	readonly errors: readonly Finding[];
	readonly warnings: readonly Finding[];
	/** The path judged, anchor last; only the certificate itself where none was found. */
	readonly path: CertificatePath;
	readonly anchored: boolean;
	/** What each certificate's status rests on. */
	readonly evidence: readonly RevocationEvidence[];
	/** When the certificate itself was revoked, for good; undefined where it was not, or nobody knows. */
	readonly revokedAt: Date | undefined;
}

export function judgeCertificate(question: CertificateQuestion): CertificateVerdict {
	let best: CertificateVerdict | undefined;
	for (const path of pathsOf(question)) {
		const verdict = judgePath(path, question);
		if (verdict.subIndication === null) return verdict;
		if (!best || severity(verdict) < severity(best)) best = verdict;
	}
	return best ?? noChain(question.certificate);
}

function pathsOf({ certificate, pool, anchors, now, proven }: CertificateQuestion): Iterable<CertificatePath> {
	return buildPaths(certificate, pool, anchors, proven ?? now);
}

function noChain(certificate: Certificate): CertificateVerdict {
	const message = `No path leads from ${certificate.issuer.displayName} to a trust anchor.`;
	return {
		subIndication: 'NO_CERTIFICATE_CHAIN_FOUND',
		errors: [{ code: 'no-chain', message }],
		warnings: [],
		path: [certificate],
		anchored: false,
		evidence: [],
		revokedAt: undefined,
	};
}

/** Of two paths that fail, the one closer to holding is worth telling about. */
const severity = ({ subIndication }: CertificateVerdict): number =>
	subIndication === 'CERTIFICATE_CHAIN_GENERAL_FAILURE' ? 1 : subIndication === 'CHAIN_CONSTRAINTS_FAILURE' ? 2 : 0;

interface Problem {
	readonly subIndication: SubIndication;
	readonly finding: Finding;
}

function judgePath(path: CertificatePath, question: CertificateQuestion): CertificateVerdict {
	// EN 319 102-1 §5.2.6.4: a certificate that is itself trusted needs no further proof.
	if (path.length === 1)
		return {
			subIndication: null,
			errors: [],
			warnings: [],
			path,
			anchored: true,
			evidence: [],
			revokedAt: undefined,
		};
	const { now, proven, data } = question;
	const used = proven ?? now;
	const faults = validatePath(path, { time: used }).faults;
	const { revocations } = checkPath(path, { time: now, data, stale: 'accepted' });
	const links = revocations.map(({ certificate, issuer, status }) =>
		judgeLink(certificate, issuer, status, path, question),
	);
	const own = revocations.find(({ certificate }) => certificate === path[0])?.status;
	const problems = [
		...faults.filter(({ code }) => code !== 'expired').map(ofFault),
		...links.flatMap((link) => link.problems.filter(({ subIndication }) => isRevocation(subIndication))),
		...faults.filter(({ code }) => code === 'expired').map((fault) => ofExpiry(fault, links[0]?.isGood ?? false)),
		...links.flatMap((link) => link.problems.filter(({ subIndication }) => !isRevocation(subIndication))),
		...weaknesses(path, question),
	];
	return {
		subIndication: problems[0]?.subIndication ?? null,
		errors: problems.map(({ finding }) => finding),
		warnings: links.flatMap((link) => link.warnings),
		path,
		anchored: true,
		evidence: links.flatMap((link) => link.evidence),
		revokedAt: own?.status === 'revoked' && own.reason !== 'certificateHold' ? own.at : undefined,
	};
}

const isRevocation = (subIndication: SubIndication): boolean =>
	subIndication === 'REVOKED_NO_POE' || subIndication === 'REVOKED_CA_NO_POE';

function ofFault(fault: PathFault): Problem {
	const finding = { code: `chain-${fault.code}`, message: sentence(fault.explanation) };
	switch (fault.code) {
		case 'not-yet-valid':
			return { subIndication: 'OUT_OF_BOUNDS_NO_POE', finding };
		case 'name-constraints':
		case 'policy':
		case 'path-too-long':
			return { subIndication: 'CHAIN_CONSTRAINTS_FAILURE', finding };
		default:
			return { subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE', finding };
	}
}

/** §5.2.6.4: expired, but the signer's certificate is known not to have been revoked, is told apart. */
const ofExpiry = (fault: PathFault, isGood: boolean): Problem => ({
	subIndication: isGood ? 'OUT_OF_BOUNDS_NOT_REVOKED' : 'OUT_OF_BOUNDS_NO_POE',
	finding: { code: 'chain-expired', message: sentence(fault.explanation) },
});

interface LinkVerdict {
	readonly problems: readonly Problem[];
	readonly warnings: readonly Finding[];
	readonly isGood: boolean;
	readonly evidence: readonly RevocationEvidence[];
}

const noProblems: LinkVerdict = { problems: [], warnings: [], isGood: true, evidence: [] };

function judgeLink(
	certificate: Certificate,
	issuer: Certificate,
	status: RevocationStatus,
	path: CertificatePath,
	question: CertificateQuestion,
): LinkVerdict {
	if (status.status !== 'revoked' && needsNoRevocation(certificate)) return noProblems;
	const name = certificate.subject.displayName;
	const { now, proven, policy } = question;
	if (status.status === 'unknown') {
		if (!policy.revocation.required) return { ...noProblems, isGood: false };
		const reasons = explainUnknown(status.rejected);
		const message = `Whether the certificate of ${name} was revoked is not known${reasons && `: ${reasons}`}.`;
		return {
			...noProblems,
			isGood: false,
			problems: [
				{ subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE', finding: { code: 'revocation-unknown', message } },
			],
		};
	}
	if (status.status === 'revoked' && (proven === undefined || status.at <= proven)) {
		const isHeld = status.reason === 'certificateHold';
		const isSigner = certificate === path[0];
		const message = `The certificate of ${name} was revoked on ${status.at.toISOString()} (${status.reason}).`;
		const revoked = isSigner ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE';
		return {
			problems: [{ subIndication: isHeld ? 'TRY_LATER' : revoked, finding: { code: 'revoked', message } }],
			warnings: [],
			isGood: false,
			evidence: status.evidence,
		};
	}
	const outcomes = status.evidence.map((evidence) => judgeEvidence(evidence, certificate, issuer, question));
	const used = proven ?? now;
	const isOlder = status.evidence.every(({ thisUpdate }) => thisUpdate < used);
	const message = `What is known of the certificate of ${name} is older than the signature.`;
	return {
		problems: outcomes.flatMap((problem) => problem ?? []),
		warnings: proven && isOlder ? [{ code: 'revocation-older-than-signature', message }] : [],
		isGood: status.status === 'good',
		evidence: status.evidence,
	};
}

/** What is wrong with relying on this CRL or response, by time and by who signed it; undefined where nothing is. */
function judgeEvidence(
	evidence: RevocationEvidence,
	certificate: Certificate,
	issuer: Certificate,
	question: CertificateQuestion,
): Problem | undefined {
	const { policy } = question;
	const name = certificate.subject.displayName;
	if (evidence.thisUpdate < certificate.notBefore) {
		const message = `What is known of the certificate of ${name} is from before it was issued.`;
		return {
			subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE',
			finding: { code: 'revocation-before-issuance', message },
		};
	}
	const source = evidence.kind === 'crl' ? evidence.crl : evidence.response;
	const exists = question.existenceOf(source);
	const { signer } = evidence;
	// The signer of the revocation data must be valid when the data is known to have existed (§5.6.2.2.4); for a timestamp's
	// it is enough that it was when it signed, since its successor timestamp is what would prove more.
	const lastUse = isProvenFreshRequired(question) ? exists : evidence.thisUpdate;
	if (signer.notAfter < lastUse && !question.anchors.has(signer)) {
		const message = `What is known of the certificate of ${name} was signed by a certificate that has expired on ${signer.notAfter.toISOString()}.`;
		return {
			subIndication: 'REVOCATION_OUT_OF_BOUNDS_NO_POE',
			finding: { code: 'revocation-signer-expired', message },
		};
	}
	const algorithm = evidence.kind === 'crl' ? evidence.crl.signatureAlgorithm : evidence.basic.signatureAlgorithm;
	const weakness = weaknessOf(policy, algorithm, signer.publicKey, exists);
	if (weakness) {
		const message = `What is known of the certificate of ${name} was signed with ${weakness.what}, no longer to be relied on.`;
		return { subIndication: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE', finding: { code: 'revocation-algorithm', message } };
	}
	if (isStale(evidence, question)) {
		const message = `What is known of the certificate of ${name} is from ${evidence.thisUpdate.toISOString()} and out of date.`;
		return { subIndication: 'TRY_LATER', finding: { code: 'revocation-out-of-date', message } };
	}
	if (evidence.kind === 'ocsp' && evidence.signerNeedsCheck && !signer.equals(issuer))
		return judgeResponder(signer, issuer, exists, question);
	return undefined;
}

/** Neither newer than what it serves, nor in date then or now. */
function isStale(evidence: RevocationEvidence, question: CertificateQuestion): boolean {
	const { now, proven, policy, stamped } = question;
	const used = (isProvenFreshRequired(question) ? undefined : stamped) ?? proven ?? now;
	return evidence.thisUpdate < used && !isFresh(evidence, used, policy) && !isFresh(evidence, now, policy);
}

const isProvenFreshRequired = ({ stamped, policy }: CertificateQuestion): boolean =>
	stamped === undefined || policy.revocation.freshForTimestamps;

/** §5.2.5: until nextUpdate; without one for as long as the policy says. */
function isFresh({ thisUpdate, nextUpdate }: RevocationEvidence, time: Date, policy: ValidationPolicy): boolean {
	const until = nextUpdate ?? new Date(thisUpdate.getTime() + policy.revocation.freshnessHours * 3_600_000);
	return time <= until;
}

/** A responder without `ocsp-nocheck` is a certificate like another: it must not have been revoked. */
function judgeResponder(
	responder: Certificate,
	issuer: Certificate,
	exists: Date,
	question: CertificateQuestion,
): Problem | undefined {
	const { data, now } = question;
	const { status } = checkPath([responder, issuer], { time: now, data, stale: 'accepted' }).revocations[0] ?? {};
	if (status?.status === 'good' || (status?.status === 'revoked' && status.at > exists)) return undefined;
	const name = responder.subject.displayName;
	const what = status?.status === 'revoked' ? 'was revoked' : 'may have been revoked';
	const finding = { code: 'responder-unconfirmed', message: `The certificate of the OCSP responder ${name} ${what}.` };
	return { subIndication: 'CERTIFICATE_CHAIN_GENERAL_FAILURE', finding };
}

/**
 * Algorithms of the path's signatures, each at the time since when its certificate is known to exist: one that could be forged
 * since may have been (§5.6.2.4, POE for the material concerned).
 */
function weaknesses(path: CertificatePath, question: CertificateQuestion): readonly Problem[] {
	const { policy, now, proven, isNamed, existenceOf } = question;
	return path.slice(0, -1).flatMap((certificate, index) => {
		const issuer = path[index + 1];
		// What is signed names the signer's certificate by its digest: one is as old as the other.
		const exists = index === 0 && isNamed ? (proven ?? now) : existenceOf(certificate);
		const weakness = issuer && readWeakness(policy, certificate, issuer, exists);
		if (!weakness) return [];
		const message = `The certificate of ${certificate.subject.displayName} was signed with ${weakness}, no longer to be relied on.`;
		return [
			{ subIndication: 'CRYPTO_CONSTRAINTS_FAILURE_NO_POE' as const, finding: { code: 'chain-algorithm', message } },
		];
	});
}

function readWeakness(
	policy: ValidationPolicy,
	certificate: Certificate,
	issuer: Certificate,
	time: Date,
): string | undefined {
	try {
		return weaknessOf(policy, certificate.signatureAlgorithm, issuer.publicKey, time)?.what;
	} catch (error) {
		if (error instanceof CertificateError) return 'an unknown algorithm';
		throw error;
	}
}

const sentence = (explanation: string): string => (explanation.endsWith('.') ? explanation : `${explanation}.`);
