/** From a document to a signature in it, with a timestamp where one is wanted: everything for which the key is used. */
import { signatureTimestampAttribute } from '../cms/buildSignedData.ts';
import { companionDigest } from '../cms/signedAttributes.ts';
import { digest } from '../pki/digest.ts';
import type { Signer } from '../ports/signer.ts';
import { TimestampError } from '../tsp/errors.ts';
import { UNKNOWN_TOKEN } from '../tsp/tokenSizes.ts';
import type { TsaClient } from '../tsp/tsaClient.ts';
import type { Draft } from './draft.ts';
import { assembleSignedData, fillGap } from './embed.ts';
import { type Level, reaches } from './level.ts';
import type { SignatureOptions } from './options.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepared.ts';
import { certificateOf, hasOtherAlgorithm } from './signerCertificate.ts';
import { SigningError } from './signingError.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface DraftRequest {
	readonly level: Level;
	readonly options: SignatureOptions;
	/** DER of the certificates to carry along: the signer's chain. */
	readonly chain: readonly Uint8Array[];
	/** Octets to keep for a timestamp, where it is not for the authority's earlier ones to say. */
	readonly timestampRoom?: number | undefined;
	readonly signal?: AbortSignal | undefined;
	/** How many signatures the run wants of the key, of which this is one. */
	readonly signatures?: number | undefined;
	/** Called before the key is used. */
	readonly onStage?: ((stage: 'token' | 'timestamp') => void) | undefined;
}

export interface SignedDraft {
	readonly field: string;
	/** `b-b` or `b-t`. */
	readonly level: Level;
	/** genTime of the signature's timestamp. */
	readonly timestampTime: Date | undefined;
	/** DER of the signature, and of its timestamp where it has one: what evidence is looked up for. */
	readonly signatures: readonly Uint8Array[];
	/** Why the timestamp that was wanted is missing. */
	readonly failure: Failure | undefined;
	readonly warnings: readonly string[];
}

type Failure = TimestampError | SigningError;
type Embedded = Omit<SignedDraft, 'field'>;

/**
 * Signs the draft and appends the signature to it.
 *
 * @param isSecond after a first signature that had too little room for its timestamp, for which only a key that does not
 *   ask the person for each signature is used twice; or after the key refused an algorithm.
 * @throws {SigningError} and {TokenError} where no signature came of it; a timestamp that failed is told in the result.
 */
export async function signDraft(
	draft: Draft,
	signer: Signer,
	supply: TsaClient | undefined,
	request: DraftRequest,
	watch: Stopwatch,
	isSecond = false,
): Promise<SignedDraft> {
	const wantsTimestamp = reaches(request.level, 'b-t');
	const certificate = certificateOf(signer);
	const prepared = await watch.during('hash', () =>
		prepare({
			document: draft.document,
			content: draft,
			certificate,
			signer,
			chain: request.chain,
			options: request.options,
			level: request.level,
			timestampRoom: request.timestampRoom ?? supply?.tokenRoom ?? UNKNOWN_TOKEN,
			timestampAddresses: supply?.addresses ?? [],
			// A login takes as long as hashing some hundred megabytes; what fails here, `sign` tells.
			onHashing: () =>
				void (draft.isLarge && signer.unlock?.(request.signal, request.signatures).catch(() => undefined)),
		}),
	);
	request.signal?.throwIfAborted();
	request.onStage?.('token');
	let signature: Uint8Array;
	try {
		signature = await watch.during('token', () =>
			signer.sign(prepared.signedAttributes, prepared.algorithm, request.signal),
		);
	} catch (error) {
		if (isSecond || !hasOtherAlgorithm(error, prepared.algorithm, signer, request.options)) throw error;
		return signDraft(draft, signer, supply, request, watch, true);
	}
	if (wantsTimestamp && supply) request.onStage?.('timestamp');
	const mayGrow = signer.authentication === 'once' && !isSecond;
	try {
		const embedded = await embedPrepared(draft, prepared, signature, supply, { ...request, mayGrow }, watch);
		return { ...embedded, field: prepared.field, warnings: [...prepared.warnings, ...embedded.warnings] };
	} catch (error) {
		if (!(mayGrow && isTooLarge(error))) throw error;
		// The timestamp is larger than any of its authority's before, and the client has learnt from it.
		const again = await signDraft(draft, signer, supply, { ...request, timestampRoom: undefined }, watch, true);
		return { ...again, warnings: [...again.warnings, 'signed-twice'] };
	}
}

/**
 * Puts a signature, found to fit, into the draft: with a timestamp where the level wants one and it is to be had.
 *
 * @throws {SigningError} `signature-too-large` where the request says that there may be another, larger try.
 */
export async function embedPrepared(
	draft: Draft,
	prepared: Prepared,
	signature: Uint8Array,
	supply: TsaClient | undefined,
	request: Pick<DraftRequest, 'level' | 'signal'> & { readonly mayGrow?: boolean },
	watch: Stopwatch,
): Promise<Embedded> {
	if (!supply || !reaches(request.level, 'b-t')) return embedBare(draft, prepared, signature, undefined);
	try {
		const { token, trusted } = await watch.during('tsa', () =>
			stampSignature(signature, prepared, supply, request.signal),
		);
		const cms = assembleSignedData(prepared, signature, [signatureTimestampAttribute(token.der)]);
		draft.append(fillGap(prepared.added, prepared.gap, cms));
		return {
			level: 'b-t',
			timestampTime: token.info.time,
			signatures: [cms, token.der],
			failure: undefined,
			warnings: trusted ? [] : ['timestamp-untrusted'],
		};
	} catch (error) {
		// The key was used: what it gave is kept, and `extend` adds the rest.
		if (!(error instanceof TimestampError || error instanceof SigningError)) throw error;
		if (request.mayGrow && isTooLarge(error)) throw error;
		return embedBare(draft, prepared, signature, error);
	}
}

const isTooLarge = (error: unknown): boolean => error instanceof SigningError && error.code === 'signature-too-large';

function embedBare(draft: Draft, prepared: Prepared, signature: Uint8Array, failure: Failure | undefined): Embedded {
	const cms = assembleSignedData(prepared, signature);
	draft.append(fillGap(prepared.added, prepared.gap, cms));
	return { level: 'b-b', timestampTime: undefined, signatures: [cms], failure, warnings: [] };
}

async function stampSignature(
	signature: Uint8Array,
	prepared: Prepared,
	supply: TsaClient,
	signal: AbortSignal | undefined,
) {
	const algorithm = companionDigest(prepared.digest);
	const imprint = { algorithm, digest: digest(algorithm, signature) };
	return supply.timestamp(imprint, signal);
}
