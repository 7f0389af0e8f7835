import { createHash } from 'node:crypto';
import type { SigningAlgorithm } from '../ports/algorithms.ts';
import { assertNever } from '../ports/errors.ts';
import type { Signer } from '../ports/signer.ts';
import {
	type ChallengeAlgorithm,
	type ChallengeAnswer,
	type Credential,
	challenge,
	credential,
	credentials,
	type Session,
	session,
} from '../postings/protocol/auth.ts';
import type { Connection } from './connection.ts';
import { ServiceError } from './serviceError.ts';

export interface CardProof {
	readonly signer: Signer;
	/** One that suits the certificate's key. */
	readonly algorithm: SigningAlgorithm;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Logs in by the key of an authentication certificate: the service gives a nonce, the card signs it together with the
 * service's own address, so that what is signed for one service is worth nothing at another.
 *
 * @throws {TokenError} {NetworkError} {ServiceError}
 */
export async function logInByCard(connection: Connection, proof: CardProof): Promise<Session> {
	const json = await answerChallenge(connection, proof);
	return connection.read({ method: 'POST', path: '/v1/auth/card', json, signal: proof.signal }, session);
}

/**
 * Enrols a signing certificate for who is logged in: postings that name no identifier go by it.
 *
 * @throws as {@link logInByCard}
 */
export async function enrolCertificate(connection: Connection, proof: CardProof): Promise<Credential> {
	const json = await answerChallenge(connection, proof);
	return connection.read({ method: 'POST', path: '/v1/auth/credentials', json, signal: proof.signal }, credential);
}

/** What {@link enrolCertificate} has enrolled and nobody gave up since. @throws {NetworkError} {ServiceError} */
export async function enrolledCertificates(connection: Connection): Promise<readonly Credential[]> {
	return (await connection.read({ method: 'GET', path: '/v1/auth/credentials' }, credentials)).credentials;
}

/**
 * From then on the certificate signs in no posting that names no identifier; what it has signed stays.
 *
 * @param sha256 of the certificate's DER.
 * @throws {NetworkError} {ServiceError}
 */
export async function giveUpCertificate(connection: Connection, sha256: string): Promise<void> {
	await connection.ask({ method: 'DELETE', path: `/v1/auth/credentials/${sha256}` });
}

async function answerChallenge(
	connection: Connection,
	{ signer, algorithm, signal }: CardProof,
): Promise<ChallengeAnswer> {
	const { id, origin, nonce } = await connection.read(
		{ method: 'POST', path: '/v1/auth/challenges', json: {}, signal },
		challenge,
	);
	const own = new URL(connection.service).origin;
	if (new URL(origin).origin !== own) {
		throw new ServiceError('wrong-origin', `${own} says that it is ${origin}; nothing was signed for it.`, {
			hint: 'Use the address that the service has given out.',
			subject: own,
		});
	}
	const message = Buffer.concat([digest(Buffer.from(origin)), digest(Buffer.from(nonce, 'base64'))]);
	const signature = await signer.sign(message, algorithm, signal);
	const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
	return {
		challenge: id,
		certificate: base64(signer.certificate),
		chain: signer.chain.slice(0, 10).map(base64),
		algorithm: jwaName(algorithm),
		signature: base64(signature),
	};
}

const digest = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** RFC 7518 §3.1, RFC 8037 §3.1. */
function jwaName(algorithm: SigningAlgorithm): ChallengeAlgorithm {
	switch (algorithm.kind) {
		case 'rsa-pkcs1':
			return `RS${bitsOf(algorithm.digest)}`;
		case 'rsa-pss':
			return `PS${bitsOf(algorithm.digest)}`;
		case 'ecdsa':
			return `ES${bitsOf(algorithm.digest)}`;
		case 'ed25519':
		case 'ed448':
			return 'EdDSA';
		default:
			return assertNever(algorithm);
	}
}

const bits = { sha256: '256', sha384: '384', sha512: '512' } as const;
const bitsOf = (name: keyof typeof bits) => bits[name];
