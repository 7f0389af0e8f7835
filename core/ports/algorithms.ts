/** Digests Paraph signs with; validation knows older ones as well (`core/pki/digest.ts`). */
export type SigningDigest = 'sha256' | 'sha384' | 'sha512';

/** Digests of what is signed: EdDSA brings its own (RFC 8419 §2.3). */
export type DocumentDigest = SigningDigest | 'shake256';

/** Digests that may occur in files made by others. */
export type Digest =
	| SigningDigest
	| 'md5'
	| 'sha1'
	| 'sha224'
	| 'sha3-256'
	| 'sha3-384'
	| 'sha3-512'
	| 'shake256'
	| 'ripemd160';

/** A signature algorithm with every parameter that its encoding carries. */
export type SignatureAlgorithm =
	| { readonly kind: 'rsa-pkcs1'; readonly digest: Digest }
	| { readonly kind: 'rsa-pss'; readonly digest: Digest; readonly mgfDigest: Digest; readonly saltLength: number }
	| { readonly kind: 'ecdsa'; readonly digest: Digest }
	| { readonly kind: 'ed25519' }
	| { readonly kind: 'ed448' }
	| { readonly kind: 'dsa'; readonly digest: Digest };

/** The algorithms Paraph signs with: SHA-2 throughout, MGF1 with the same digest, salt as long as the digest. */
export type SigningAlgorithm =
	| { readonly kind: 'rsa-pkcs1'; readonly digest: SigningDigest }
	| {
			readonly kind: 'rsa-pss';
			readonly digest: SigningDigest;
			readonly mgfDigest: SigningDigest;
			readonly saltLength: number;
	  }
	| { readonly kind: 'ecdsa'; readonly digest: SigningDigest }
	| { readonly kind: 'ed25519' }
	| { readonly kind: 'ed448' };
