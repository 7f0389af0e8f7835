/** A certificate that is trusted because someone configured it, not because another one says so. */
export interface TrustAnchor {
	/** DER. */
	readonly certificate: Uint8Array;
	/** Made for trying out (a demo PKI): a signature that rests on it is shown as TEST, never as plainly valid. */
	readonly test: boolean;
	/** Where it came from, for people: a path, a trusted list. */
	readonly source: string;
	/** When it was to be trusted; always, where nobody says. */
	readonly trusted?: readonly TrustPeriod[];
}

export interface TrustPeriod {
	readonly from: Date;
	/** Undefined: until further notice. */
	readonly until: Date | undefined;
}

/** Where a process looks up whom it trusts. */
export interface TrustSource {
	anchors(): readonly TrustAnchor[];
}

/** Whether an anchor was to be trusted at a time. */
export const isTrustedAt = ({ trusted }: TrustAnchor, time: Date): boolean =>
	trusted === undefined || trusted.some(({ from, until }) => from <= time && (until === undefined || time < until));
