import type { SigningAlgorithm } from './algorithms.ts';
import type { TokenError } from './tokenError.ts';

/**
 * A private key somewhere else: in a card, a remote HSM, a PKCS#12 file, a CSC service.
 *
 * Made by whoever owns the driver, used by `core/pades` and `core/cms`, which never learn what stands behind it.
 */
export interface Signer {
	/** DER of the certificate whose key signs. */
	readonly certificate: Uint8Array;
	/** DER of further certificates that the key's holder offers (a card often carries its CA's), any order. */
	readonly chain: readonly Uint8Array[];
	/** Whether each signature will ask the person anew (CKA_ALWAYS_AUTHENTICATE, a PIN pad). */
	readonly authentication: 'once' | 'per-signature';

	/** How many signatures the key's holder works on at the same time; undefined where nobody knows. */
	readonly parallel?: number | undefined;

	/** Where one authorisation covers several signatures: how to ask for them together. */
	readonly groups?: SignerGroups | undefined;

	/** Whether the key's holder can sign so; where it is left out, whatever suits the certificate's key. */
	supports?(algorithm: SigningAlgorithm): boolean;

	/**
	 * Signs `message` (the DER of the signed attributes, some hundred bytes).
	 *
	 * @returns the value as CMS carries it: PKCS#1 octets for RSA, DER `Ecdsa-Sig-Value` for ECDSA, RFC 8032 octets for EdDSA.
	 * @throws {TokenError} when the key does not give a signature, or gives one that its certificate does not verify.
	 */
	sign(message: Uint8Array, algorithm: SigningAlgorithm, signal?: AbortSignal): Promise<Uint8Array>;

	/**
	 * Asks for the PIN and logs in ahead of the first signature, where that can be done while other work goes on.
	 *
	 * @param signatures how many will be wanted: for several, a token that signs in parallel is made ready to.
	 * @throws {TokenError} as `sign` then would.
	 */
	unlock?(signal?: AbortSignal, signatures?: number): Promise<void>;

	/** Logs out and ends what holds the PIN. Safe to call twice. */
	close(): Promise<void>;
}

/** What is known of a key before it is asked for anything: enough to say what signing with it would come to. */
export type SignerFacts = Pick<Signer, 'certificate' | 'chain' | 'authentication' | 'supports'>;

/** Signatures that a remote service gives for one authorisation, each bound to what is signed where it asks for that. */
export interface SignerGroups {
	/** The most messages that one authorisation covers, at least 2. */
	readonly size: number;

	/**
	 * Signs up to {@link size} messages by one authorisation.
	 *
	 * @returns for each message, in order, its value as {@link Signer.sign} gives it, or why it has none.
	 * @throws {TokenError} when none was signed.
	 */
	sign(
		messages: readonly Uint8Array[],
		algorithm: SigningAlgorithm,
		signal?: AbortSignal,
	): Promise<readonly (Uint8Array | TokenError)[]>;
}
