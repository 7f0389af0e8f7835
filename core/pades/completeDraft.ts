/** From a signature to lasting proof: validation data, then a document timestamp. The key is not needed. */
import type { SigningDigest } from '../ports/algorithms.ts';
import { NetworkError } from '../ports/fetcher.ts';
import { TimestampError } from '../tsp/errors.ts';
import type { TsaClient } from '../tsp/tsaClient.ts';
import { addDocumentTimestamp } from './documentTimestamp.ts';
import type { Draft } from './draft.ts';
import { addToDss, type ValidationMaterial } from './dss.ts';
import { type Level, reaches } from './level.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What proves that the certificates behind some signatures were good. */
export interface Evidence {
	readonly material: ValidationMaterial;
	readonly warnings: readonly string[];
	/** Why there is less than the level asks for; then the level is not reached. */
	readonly failure: Error | undefined;
}

/** What is known of a signer's certificate before its key is used. */
export interface Standing {
	/** DER of the issuers' certificates, completed as far as they could be found. */
	readonly chain: readonly Uint8Array[];
	readonly revoked: { readonly at: Date; readonly reason: string } | undefined;
	readonly warnings: readonly string[];
}

/** Finds evidence; one for a whole batch, so that each certificate is asked about once. */
export interface EvidenceSource {
	/** Completes the chain and asks whether the certificate is revoked; an answer that is not to be had is no obstacle. */
	standing(certificate: Uint8Array, chain: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<Standing>;

	/**
	 * @param signatures DER of CMS objects: signatures and timestamp tokens, whose signers' certificates are looked up.
	 * @param notBefore what was issued earlier is taken only where nothing newer is to be had, with a warning.
	 */
	collect(
		signatures: readonly Uint8Array[],
		notBefore: Date | undefined,
		signal: AbortSignal | undefined,
	): Promise<Evidence>;
}

export interface CompletionRequest {
	readonly level: Level;
	readonly digest: SigningDigest;
	/** DER of the CMS objects that the evidence is for. */
	readonly signatures: readonly Uint8Array[];
	/** The latest signature timestamp of the batch. */
	readonly notBefore: Date | undefined;
	readonly signal?: AbortSignal | undefined;
	readonly onStage?: ((stage: 'proof' | 'archive-timestamp') => void) | undefined;
}

export interface Completion {
	readonly level: Level;
	readonly warnings: readonly string[];
	readonly failure: Error | undefined;
}

/** Brings a draft at `b-t` as far towards the level as the network lets it. */
export async function completeDraft(
	draft: Draft,
	evidence: EvidenceSource,
	supply: TsaClient | undefined,
	request: CompletionRequest,
	watch: Stopwatch,
): Promise<Completion> {
	if (!reaches(request.level, 'b-lt')) return { level: 'b-t', warnings: [], failure: undefined };
	request.onStage?.('proof');
	const found = await watch.during('revocation', () =>
		evidence.collect(request.signatures, request.notBefore, request.signal),
	);
	if (found.failure) return { level: 'b-t', warnings: found.warnings, failure: found.failure };
	const update = addToDss(draft.document, found.material);
	if (update) draft.append(update);
	if (!reaches(request.level, 'b-lta') || !supply)
		return { level: 'b-lt', warnings: found.warnings, failure: undefined };
	request.onStage?.('archive-timestamp');
	try {
		const { digest, signal } = request;
		const { trusted } = await watch.during('tsa', () => addDocumentTimestamp(draft, supply, { digest, signal }));
		const warnings = trusted ? found.warnings : [...found.warnings, 'timestamp-untrusted'];
		return { level: 'b-lta', warnings, failure: undefined };
	} catch (error) {
		if (!(error instanceof TimestampError || error instanceof NetworkError)) throw error;
		return { level: 'b-lt', warnings: found.warnings, failure: error };
	}
}
