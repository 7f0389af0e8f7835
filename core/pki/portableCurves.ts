/**
 * Arithmetic on the curves that a host's `node:crypto` may lack: Electron carries BoringSSL, which knows P-224, P-256, P-384, P-521
 * and Ed25519 alone. The libraries load on first use: a signature with a NIST curve or RSA never waits for them.
 */
import { createRequire } from 'node:module';
import type { SigningDigest } from '../ports/algorithms.ts';
import { type CurveName, curveParameters } from './curves.ts';

const require = createRequire(import.meta.url);

/** Ed448 (RFC 8032 §5.2). */
export function portableEd448(): import('@noble/curves/abstract/edwards.js').EdDSA {
	const { ed448 }: typeof import('@noble/curves/ed448.js') = require('@noble/curves/ed448.js');
	return ed448;
}

/** ECDSA on this curve. @param digest what its nonces are made with (RFC 6979 §3.2); verifying needs none. */
export function portableEcdsa(
	curve: CurveName,
	digest: SigningDigest = 'sha256',
): import('@noble/curves/abstract/weierstrass.js').ECDSA {
	const { ecdsa, weierstrass }: typeof import('@noble/curves/abstract/weierstrass.js') =
		require('@noble/curves/abstract/weierstrass.js');
	const sha2: typeof import('@noble/hashes/sha2.js') = require('@noble/hashes/sha2.js');
	const parameters = curveParameters[curve];
	return ecdsa(parameters === undefined ? pointsOf(curve) : weierstrass(parameters), sha2[digest]);
}

/** The curves that the library comes with. */
function pointsOf(curve: CurveName): import('@noble/curves/abstract/weierstrass.js').ECDSA['Point'] {
	if (curve === 'secp256k1') {
		const { secp256k1 }: typeof import('@noble/curves/secp256k1.js') = require('@noble/curves/secp256k1.js');
		return secp256k1.Point;
	}
	const nist: typeof import('@noble/curves/nist.js') = require('@noble/curves/nist.js');
	return (curve === 'P-384' ? nist.p384 : curve === 'P-521' ? nist.p521 : nist.p256).Point;
}
