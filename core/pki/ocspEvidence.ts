import type { Certificate } from './certificate.ts';
import { keyPurposes } from './objectIdentifiers.ts';
import type { BasicOcspResponse, OcspResponse, SingleResponse } from './ocspResponse.ts';
import {
	faultOf,
	iso,
	keyOf,
	type PartialStatus,
	type RejectedEvidence,
	type RevocationEvidence,
	type RevocationQuestion,
	timeFault,
} from './revocationEvidence.ts';

type Fault = Pick<RejectedEvidence, 'fault' | 'explanation'>;

/** The latest usable answer of the OCSP responses, or undefined; what could not be used goes into `rejected`. */
export function judgeOcsp(question: RevocationQuestion, rejected: RejectedEvidence[]): PartialStatus | undefined {
	const usable: PartialStatus[] = [];
	for (const response of question.ocspResponses) {
		const answer = judgeResponse(question, response);
		if ('fault' in answer) rejected.push({ source: response, ...answer });
		else usable.push(answer);
	}
	return usable.sort((a, b) => issued(b) - issued(a))[0];
}

const issued = (answer: PartialStatus): number => answer.evidence[0]?.thisUpdate.getTime() ?? 0;

function judgeResponse(question: RevocationQuestion, response: OcspResponse): PartialStatus | Fault {
	const { certificate, issuer } = question;
	const basic = response.basic;
	if (basic === undefined)
		return { fault: 'responder-error', explanation: `the responder answered ${response.status} instead of a status` };
	const single = basic.find(certificate, issuer);
	if (single === undefined) return { fault: 'out-of-scope', explanation: 'it is about another certificate' };
	const critical = basic.unknownCritical ?? single.unknownCritical;
	if (critical !== undefined)
		return { fault: 'critical-extension', explanation: `its critical extension ${critical} is not understood` };
	const signer = findSigner(question, basic);
	if ('fault' in signer) return signer;
	const untimely = timeFault(question, single) ?? expiryFault(certificate, single);
	if (untimely !== undefined) return untimely;
	const signerNeedsCheck = signer.delegated && !signer.certificate.hasOcspNoCheck;
	if (signerNeedsCheck && question.acceptResponder?.(signer.certificate) === false)
		return {
			fault: 'signer-not-authorised',
			explanation: `whether its responder ${signer.certificate.subject.displayName} is itself still good is not known`,
		};
	if (single.status.kind === 'unknown')
		return { fault: 'unknown-certificate', explanation: 'the responder does not know this certificate' };
	const evidence: RevocationEvidence = {
		kind: 'ocsp',
		response,
		basic,
		single,
		signer: signer.certificate,
		signerNeedsCheck,
		thisUpdate: single.thisUpdate,
		nextUpdate: single.nextUpdate,
	};
	return single.status.kind === 'good'
		? { status: 'good', evidence: [evidence] }
		: { status: 'revoked', at: single.status.at, reason: single.status.reason, evidence: [evidence] };
}

/** A responder may forget expired certificates; from then on only a revocation still says something. */
function expiryFault(certificate: Certificate, single: SingleResponse): Fault | undefined {
	const { notAfter } = certificate;
	if (single.status.kind !== 'good' || single.thisUpdate <= notAfter) return undefined;
	if (single.archiveCutoff !== undefined && single.archiveCutoff <= notAfter) return undefined;
	return {
		fault: 'issued-after-expiry',
		explanation: `the certificate had expired on ${iso(notAfter)}, and the responder does not say that it keeps such ones`,
	};
}

/** RFC 6960 §4.2.2.2: the issuer, or a responder that the issuer itself certified for it. */
function findSigner(
	question: RevocationQuestion,
	basic: BasicOcspResponse,
): { readonly certificate: Certificate; readonly delegated: boolean } | Fault {
	const { issuer } = question;
	const named = [issuer, ...basic.certificates, ...question.certificates].filter((candidate) =>
		basic.isFrom(candidate),
	);
	let fault: Fault | undefined;
	for (const certificate of named) {
		let signed = false;
		fault = faultOf(() => {
			signed = basic.isSignedBy(keyOf(question, certificate));
		});
		if (!signed) continue;
		if (isKeyOf(certificate, issuer)) return { certificate: issuer, delegated: false };
		fault = delegationFault(certificate, question, basic);
		return fault ?? { certificate, delegated: true };
	}
	if (fault !== undefined) return fault;
	return named.length === 0
		? { fault: 'signer-not-found', explanation: 'the certificate of the responder that signed it is not at hand' }
		: { fault: 'signature-invalid', explanation: 'its signature is not that of the responder it names' };
}

const isKeyOf = (certificate: Certificate, issuer: Certificate): boolean =>
	certificate === issuer || Buffer.compare(certificate.spki, issuer.spki) === 0;

function delegationFault(
	responder: Certificate,
	question: RevocationQuestion,
	basic: BasicOcspResponse,
): Fault | undefined {
	const { issuer } = question;
	let issued = false;
	const fault = faultOf(() => {
		issued = responder.issuer.matches(issuer.subject) && responder.isSignedBy(keyOf(question, issuer));
	});
	if (fault !== undefined) return fault;
	const name = responder.subject.displayName;
	if (!issued)
		return { fault: 'signer-not-authorised', explanation: `the responder ${name} was not certified by the issuer` };
	if (responder.extendedKeyUsage?.has(keyPurposes.ocspSigning) !== true)
		return { fault: 'signer-not-authorised', explanation: `the responder ${name} is not certified for OCSP` };
	if (
		responder.keyUsage !== undefined &&
		!responder.keyUsage.has('digitalSignature') &&
		!responder.keyUsage.has('nonRepudiation')
	)
		return { fault: 'signer-not-authorised', explanation: `the responder ${name} is not certified to sign` };
	if (!responder.isValidAt(basic.producedAt))
		return {
			fault: 'signer-not-authorised',
			explanation: `the responder ${name} had no valid certificate when it answered on ${iso(basic.producedAt)}`,
		};
	return undefined;
}
