/** A chain's head with a timestamp over it (RFC 3161): from then on nobody can write its past anew, not even its keeper. */
import { CmsError } from '../cms/errors.ts';
import type { Certificate } from '../pki/certificate.ts';
import { CertificateError } from '../pki/certificateError.ts';
import { CertificatePool } from '../pki/certificatePool.ts';
import { digest } from '../pki/digest.ts';
import { buildPaths } from '../pki/pathBuilding.ts';
import { validatePath } from '../pki/pathValidation.ts';
import { checkTimestampToken, parseTimestampToken } from '../tsp/timestampToken.ts';
import type { TsaClient } from '../tsp/tsaClient.ts';
import type { ChainHead } from './event.ts';

export interface Checkpoint extends ChainHead {
	/** DER of the token over SHA-256 of {@link checkpointBytes}. */
	readonly token: Uint8Array;
}

/** What is stamped: tenant, number and hash, so that a token fits no other head. */
export const checkpointBytes = (tenant: string, { seq, hash }: ChainHead): Uint8Array =>
	Buffer.from(`paraph checkpoint\0${tenant}\0${seq}\0${hash}`, 'utf8');

/** @throws {TimestampError} when no authority gives a timestamp. */
export async function stampHead(tenant: string, head: ChainHead, tsa: TsaClient): Promise<Checkpoint> {
	const imprint = digest('sha256', checkpointBytes(tenant, head));
	const { token } = await tsa.timestamp({ algorithm: 'sha256', digest: imprint });
	return { ...head, token: token.der };
}

export type CheckpointVerdict =
	| { readonly state: 'holds'; readonly time: Date; readonly authority: string }
	/** Sound in itself, but no path leads to an anchor. */
	| { readonly state: 'untrusted'; readonly time: Date; readonly authority: string }
	| { readonly state: 'broken'; readonly message: string };

/** What a checkpoint's timestamp is worth at the time it states: arithmetic, purpose, and a path to an anchor. */
export function verifyCheckpoint(
	tenant: string,
	checkpoint: Checkpoint,
	anchors: readonly Certificate[],
): CheckpointVerdict {
	const token = readToken(checkpoint.token);
	if (!token) return { state: 'broken', message: `the timestamp over event ${checkpoint.seq} cannot be read` };
	const data = checkpointBytes(tenant, checkpoint);
	const pool = poolOf(token.signedData.certificates);
	const facts = checkTimestampToken(token, (algorithm) => digest(algorithm, data), [...pool, ...anchors]);
	const isSound =
		facts.imprint === 'matches' &&
		facts.messageDigest === 'matches' &&
		facts.signature === 'valid' &&
		facts.timestampingPurpose === 'only-and-critical';
	if (!isSound || !facts.certificate)
		return { state: 'broken', message: `the timestamp over event ${checkpoint.seq} does not hold` };
	const { time } = token.info;
	const authority = facts.certificate.subject.displayName;
	return {
		state: isAnchored(facts.certificate, pool, new CertificatePool(anchors), time) ? 'holds' : 'untrusted',
		time,
		authority,
	};
}

function readToken(der: Uint8Array) {
	try {
		return parseTimestampToken(der);
	} catch (error) {
		if (error instanceof CmsError) return undefined;
		throw error;
	}
}

/** What the token brings along; a certificate that cannot be read helps nobody. */
function poolOf(certificates: readonly Uint8Array[]): CertificatePool {
	const pool = new CertificatePool();
	for (const der of certificates)
		try {
			pool.addDer(der);
		} catch (error) {
			if (!(error instanceof CertificateError)) throw error;
		}
	return pool;
}

function isAnchored(authority: Certificate, pool: CertificatePool, anchors: CertificatePool, time: Date): boolean {
	if (anchors.has(authority)) return true;
	for (const path of buildPaths(authority, pool, anchors, time))
		if (validatePath(path, { time }).faults.length === 0) return true;
	return false;
}
