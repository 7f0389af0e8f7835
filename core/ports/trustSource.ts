/** A certificate that is trusted because someone configured it, not because another one says so. */
export interface TrustAnchor {
	/** DER. */
	readonly certificate: Uint8Array;
	/** Made for trying out (a demo PKI): a signature that rests on it is shown as TEST, never as plainly valid. */
	readonly test: boolean;
	/** Where it came from, for people: a path, a trusted list. */
	readonly source: string;
}

/** Where a process looks up whom it trusts. */
export interface TrustSource {
	anchors(): readonly TrustAnchor[];
}
