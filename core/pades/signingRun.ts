/** What is the same for every file of a run: the signer, its chain, where timestamps and evidence come from. */
import type { Certificate } from '../pki/certificate.ts';
import type { Clock } from '../ports/clock.ts';
import type { Signer, SignerFacts } from '../ports/signer.ts';
import type { TsaClient } from '../tsp/tsaClient.ts';
import type { EvidenceSource } from './completeDraft.ts';
import { type Level, reaches } from './level.ts';
import { certificateOf, checkSignerCertificate } from './signerCertificate.ts';
import { SigningError } from './signingError.ts';

/** For people and scripts: names in RFC 4514, the serial number in hexadecimal. */
export interface SignerDescription {
	readonly subject: string;
	readonly issuer: string;
	readonly serial: string;
}

export interface SigningRun {
	readonly signer: Signer;
	readonly description: SignerDescription;
	/** DER of the certificates that every signature carries along. */
	readonly chain: readonly Uint8Array[];
	readonly supply: TsaClient | undefined;
	readonly evidence: EvidenceSource | undefined;
	readonly clock: Clock;
	readonly warnings: readonly string[];
}

export interface RunCheckRequest {
	readonly signer: SignerFacts;
	/** The highest level of any file. */
	readonly level: Level;
	/** Undefined where no authority is configured, or none may be asked. */
	readonly supply: TsaClient | undefined;
	readonly evidence: EvidenceSource | undefined;
	readonly clock: Clock;
	/** What needs the network is left for `extend`: that there is no authority to ask is no fault. */
	readonly offline: boolean;
	/** Until when there will be no proof of time, where that is known: the certificate should last as long. */
	readonly neededUntil?: Date | undefined;
	readonly signal?: AbortSignal | undefined;
}

export interface RunRequest extends RunCheckRequest {
	readonly signer: Signer;
}

/** @throws what {@link checkSigningRun} finds. */
export async function startSigningRun(request: RunRequest): Promise<SigningRun> {
	const { signer, supply, evidence, clock } = request;
	const { chain, warnings } = await checkSigningRun(request);
	return { signer, description: describeSigner(certificateOf(signer)), chain, supply, evidence, clock, warnings };
}

/**
 * Finds, before the key is used, what would make the run fail: a certificate that is not valid or is revoked, a timestamp
 * authority that cannot be reached.
 *
 * @throws {SigningError}, {TimestampError}.
 */
export async function checkSigningRun(request: RunCheckRequest): Promise<Pick<SigningRun, 'chain' | 'warnings'>> {
	const { signer, supply, evidence, clock, offline, neededUntil } = request;
	const certificate = certificateOf(signer);
	checkSignerCertificate(certificate, clock.now());
	if (reaches(request.level, 'b-t')) {
		if (!supply && !offline) {
			throw new SigningError('tsa-missing', `the level ${request.level} needs a timestamp, and no authority is named`);
		}
		await supply?.probe(request.signal);
	}
	const standing = await evidence?.standing(signer.certificate, signer.chain, request.signal);
	if (standing?.revoked) {
		throw new SigningError(
			'certificate-revoked',
			`the certificate of ${certificate.subject.text} was revoked at ${standing.revoked.at.toISOString()} (${standing.revoked.reason})`,
			{ subject: certificate.subject.text },
		);
	}
	return {
		chain: standing?.chain ?? signer.chain,
		warnings: [
			...(standing?.warnings ?? []),
			...(neededUntil && certificate.notAfter < neededUntil ? ['certificate-ends-before-due'] : []),
		],
	};
}

export function describeSigner(certificate: Certificate): SignerDescription {
	return {
		subject: certificate.subject.text,
		issuer: certificate.issuer.text,
		serial: certificate.serialNumber.toLowerCase(),
	};
}
