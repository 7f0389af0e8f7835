/** Which mechanism of a token makes a signature, and what it must be given: a pure function of what the token lists. */
import { createHash } from 'node:crypto';
import { Tag } from '../core/pki/der.ts';
import { der, integer, nullValue, octetString, oid, sequence } from '../core/pki/derWriter.ts';
import { digestOids } from '../core/pki/objectIdentifiers.ts';
import type { SigningAlgorithm, SigningDigest } from '../core/ports/algorithms.ts';
import { assertNever } from '../core/ports/errors.ts';
import { Mechanism, Mgf } from './cryptoki.ts';
import type { MechanismCall } from './modules/protocol.ts';

/** What C_Sign is given. */
export type MechanismInput =
	/** The message itself: the token hashes. */
	| { readonly kind: 'message' }
	/** Its digest. */
	| { readonly kind: 'digest'; readonly digest: SigningDigest }
	/** Its digest inside a DigestInfo (RFC 8017 §9.2), for a token that only pads. */
	| { readonly kind: 'digest-info'; readonly digest: SigningDigest };

export interface MechanismChoice {
	readonly call: MechanismCall;
	readonly input: MechanismInput;
	/** `ecdsa-raw`: r‖s, each as long as the curve's order. */
	readonly output: 'as-is' | 'ecdsa-raw';
}

const hashingPkcs1 = {
	sha256: Mechanism.sha256RsaPkcs,
	sha384: Mechanism.sha384RsaPkcs,
	sha512: Mechanism.sha512RsaPkcs,
} as const;
const hashingPss = {
	sha256: Mechanism.sha256RsaPkcsPss,
	sha384: Mechanism.sha384RsaPkcsPss,
	sha512: Mechanism.sha512RsaPkcsPss,
} as const;
const hashingEcdsa = {
	sha256: Mechanism.ecdsaSha256,
	sha384: Mechanism.ecdsaSha384,
	sha512: Mechanism.ecdsaSha512,
} as const;

/**
 * The ways in which a token that lists these mechanisms can make this signature, best first: the hashing mechanism
 * where there is one, then the raw one with a digest made here.
 *
 * More than one, because some tokens list what a given key then refuses in C_SignInit, where nothing is lost yet.
 *
 * @param available CKM_… of C_GetMechanismList.
 */
export function mechanismChoices(available: ReadonlySet<number>, algorithm: SigningAlgorithm): MechanismChoice[] {
	return waysToSign(algorithm).filter((way) => available.has(way.call.mechanism));
}

function waysToSign(algorithm: SigningAlgorithm): MechanismChoice[] {
	switch (algorithm.kind) {
		case 'rsa-pkcs1': {
			const { digest } = algorithm;
			return [
				{ call: { mechanism: hashingPkcs1[digest] }, input: { kind: 'message' }, output: 'as-is' },
				{ call: { mechanism: Mechanism.rsaPkcs }, input: { kind: 'digest-info', digest }, output: 'as-is' },
			];
		}
		case 'rsa-pss': {
			const { digest, mgfDigest, saltLength } = algorithm;
			const pss = { hash: Mechanism[digest], mgf: Mgf[mgfDigest], saltLength };
			return [
				{ call: { mechanism: hashingPss[digest], pss }, input: { kind: 'message' }, output: 'as-is' },
				{ call: { mechanism: Mechanism.rsaPkcsPss, pss }, input: { kind: 'digest', digest }, output: 'as-is' },
			];
		}
		case 'ecdsa': {
			const { digest } = algorithm;
			return [
				{ call: { mechanism: hashingEcdsa[digest] }, input: { kind: 'message' }, output: 'ecdsa-raw' },
				{ call: { mechanism: Mechanism.ecdsa }, input: { kind: 'digest', digest }, output: 'ecdsa-raw' },
			];
		}
		case 'ed25519':
			return [{ call: { mechanism: Mechanism.eddsa }, input: { kind: 'message' }, output: 'as-is' }];
		case 'ed448':
			return [{ call: { mechanism: Mechanism.eddsa, eddsa: true }, input: { kind: 'message' }, output: 'as-is' }];
		default:
			return assertNever(algorithm);
	}
}

/**
 * The octets for C_Sign.
 *
 * @param orderLength octets of the curve's order, for ECDSA: a longer digest is cut to it here (FIPS 186-5 §6.4.1),
 * since not every token does so itself.
 */
export function mechanismInput(input: MechanismInput, message: Uint8Array, orderLength?: number): Uint8Array {
	if (input.kind === 'message') return message;
	const digest = createHash(input.digest).update(message).digest();
	if (input.kind === 'digest') return digest.subarray(0, orderLength);
	return sequence(sequence(oid(digestOids[input.digest]), nullValue()), octetString(digest));
}

/**
 * A token's value as CMS carries it. ECDSA's r‖s becomes `Ecdsa-Sig-Value` (RFC 3279 §2.2.3); a driver that gives
 * the DER already, against the standard, is let pass, as the value is verified next.
 */
export function signatureValue(output: MechanismChoice['output'], value: Uint8Array): Uint8Array {
	if (output === 'as-is' || isEcdsaDer(value)) return value;
	const half = value.length / 2;
	return der(Tag.sequence, integer(value.subarray(0, half)), integer(value.subarray(half)));
}

function isEcdsaDer(value: Uint8Array): boolean {
	const long = value[1] === 0x81 ? 1 : 0;
	return value[0] === Tag.sequence && value[1 + long] === value.length - 2 - long && value[2 + long] === Tag.integer;
}
