import { judgeCrls } from './crlEvidence.ts';
import { judgeOcsp } from './ocspEvidence.ts';
import type { PartialStatus, RejectedEvidence, RevocationQuestion, RevocationStatus } from './revocationEvidence.ts';

/**
 * What CRLs and OCSP responses say about a certificate at a time (RFC 5280 §6.3.3, RFC 6960 §3.2).
 *
 * Pure: nothing is fetched, nothing is kept. A revocation outweighs an answer of good, except that a hold is lifted by
 * a later answer; of two answers alike the later counts. The revocation of the evidence's own signers is the caller's to ask.
 */
export function judgeRevocation(question: RevocationQuestion): RevocationStatus {
	const rejected: RejectedEvidence[] = [];
	const answers = [judgeOcsp(question, rejected), judgeCrls(question, rejected)].filter(
		(answer) => answer !== undefined,
	);
	const revoked = answers.filter((answer) => answer.status === 'revoked' && answer.reason !== 'certificateHold');
	const best = latest(revoked) ?? latest(answers);
	return best === undefined ? { status: 'unknown', rejected } : { ...best, rejected };
}

const latest = (answers: readonly PartialStatus[]): PartialStatus | undefined =>
	[...answers].sort((a, b) => issued(b) - issued(a))[0];

const issued = (answer: PartialStatus): number =>
	Math.max(...answer.evidence.map((evidence) => evidence.thisUpdate.getTime()));
