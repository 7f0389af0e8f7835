/** Elliptic curves by their object identifiers. */
export type CurveName =
	| 'P-224'
	| 'P-256'
	| 'P-384'
	| 'P-521'
	| 'secp256k1'
	| 'brainpoolP224r1'
	| 'brainpoolP256r1'
	| 'brainpoolP320r1'
	| 'brainpoolP384r1'
	| 'brainpoolP512r1';

export interface Curve {
	readonly name: CurveName;
	readonly bits: number;
}

/** RFC 5480 §2.1.1.1, SEC 2, RFC 5639 §4.1. */
export const curves: ReadonlyMap<string, Curve> = new Map([
	['1.3.132.0.33', { name: 'P-224', bits: 224 }],
	['1.2.840.10045.3.1.7', { name: 'P-256', bits: 256 }],
	['1.3.132.0.34', { name: 'P-384', bits: 384 }],
	['1.3.132.0.35', { name: 'P-521', bits: 521 }],
	['1.3.132.0.10', { name: 'secp256k1', bits: 256 }],
	['1.3.36.3.3.2.8.1.1.5', { name: 'brainpoolP224r1', bits: 224 }],
	['1.3.36.3.3.2.8.1.1.7', { name: 'brainpoolP256r1', bits: 256 }],
	['1.3.36.3.3.2.8.1.1.9', { name: 'brainpoolP320r1', bits: 320 }],
	['1.3.36.3.3.2.8.1.1.11', { name: 'brainpoolP384r1', bits: 384 }],
	['1.3.36.3.3.2.8.1.1.13', { name: 'brainpoolP512r1', bits: 512 }],
]);

/** Domain parameters y² = x³ + ax + b over p, generator G of prime order n. */
export interface CurveParameters {
	readonly p: bigint;
	readonly n: bigint;
	readonly h: bigint;
	readonly a: bigint;
	readonly b: bigint;
	readonly Gx: bigint;
	readonly Gy: bigint;
}

/** SEC 2 §2.6.1 and RFC 5639 §3: the curves that `@noble/curves` does not come with. */
export const curveParameters: Partial<Record<CurveName, CurveParameters>> = {
	'P-224': {
		p: 0xffffffffffffffffffffffffffffffff000000000000000000000001n,
		n: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
		h: 1n,
		a: 0xfffffffffffffffffffffffffffffffefffffffffffffffffffffffen,
		b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
		Gx: 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n,
		Gy: 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n,
	},
	brainpoolP224r1: {
		p: 0xd7c134aa264366862a18302575d1d787b09f075797da89f57ec8c0ffn,
		n: 0xd7c134aa264366862a18302575d0fb98d116bc4b6ddebca3a5a7939fn,
		h: 1n,
		a: 0x68a5e62ca9ce6c1c299803a6c1530b514e182ad8b0042a59cad29f43n,
		b: 0x2580f63ccfe44138870713b1a92369e33e2135d266dbb372386c400bn,
		Gx: 0xd9029ad2c7e5cf4340823b2a87dc68c9e4ce3174c1e6efdee12c07dn,
		Gy: 0x58aa56f772c0726f24c6b89e4ecdac24354b9e99caa3f6d3761402cdn,
	},
	brainpoolP256r1: {
		p: 0xa9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377n,
		n: 0xa9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7n,
		h: 1n,
		a: 0x7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9n,
		b: 0x26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6n,
		Gx: 0x8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262n,
		Gy: 0x547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997n,
	},
	brainpoolP320r1: {
		p: 0xd35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27n,
		n: 0xd35e472036bc4fb7e13c785ed201e065f98fcfa5b68f12a32d482ec7ee8658e98691555b44c59311n,
		h: 1n,
		a: 0x3ee30b568fbab0f883ccebd46d3f3bb8a2a73513f5eb79da66190eb085ffa9f492f375a97d860eb4n,
		b: 0x520883949dfdbc42d3ad198640688a6fe13f41349554b49acc31dccd884539816f5eb4ac8fb1f1a6n,
		Gx: 0x43bd7e9afb53d8b85289bcc48ee5bfe6f20137d10a087eb6e7871e2a10a599c710af8d0d39e20611n,
		Gy: 0x14fdd05545ec1cc8ab4093247f77275e0743ffed117182eaa9c77877aaac6ac7d35245d1692e8ee1n,
	},
	brainpoolP384r1: {
		p: 0x8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53n,
		n: 0x8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565n,
		h: 1n,
		a: 0x7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826n,
		b: 0x4a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11n,
		Gx: 0x1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1en,
		Gy: 0x8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315n,
	},
	brainpoolP512r1: {
		p: 0xaadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3n,
		n: 0xaadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069n,
		h: 1n,
		a: 0x7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94can,
		b: 0x3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723n,
		Gx: 0x81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f822n,
		Gy: 0x7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892n,
	},
};
