import { companionDigest } from '../cms/signedAttributes.ts';
import type { TsaClient } from '../tsp/tsaClient.ts';
import { completeDraft, type EvidenceSource } from './completeDraft.ts';
import type { Draft } from './draft.ts';
import { checkPrepared, checkSignature } from './embed.ts';
import { type Level, reaches } from './level.ts';
import type { Prepared } from './prepared.ts';
import { embedPrepared } from './signDraft.ts';
import { SigningError } from './signingError.ts';
import type { Stopwatch } from './stopwatch.ts';

/**
 * Puts a signature that was made elsewhere into the document it was prepared from, and adds what the level asks for.
 *
 * @throws {SigningError} `prepared-mismatch`, `signature-invalid`, `tsa-missing`.
 */
export async function embedSignature(
	draft: Draft,
	prepared: Prepared,
	signature: Uint8Array,
	options: {
		readonly level: Level;
		readonly supply: TsaClient | undefined;
		readonly evidence: EvidenceSource | undefined;
		readonly signal?: AbortSignal | undefined;
	},
	watch: Stopwatch,
): Promise<{ readonly level: Level; readonly warnings: readonly string[]; readonly failure: Error | undefined }> {
	const { level, supply, evidence, signal } = options;
	if (reaches(level, 'b-t') && evidence && !supply) {
		throw new SigningError('tsa-missing', `the level ${level} needs a timestamp, and no authority is named`);
	}
	await checkPrepared(prepared, draft);
	checkSignature(prepared, signature);
	const embedded = await embedPrepared(draft, prepared, signature, supply, { level, signal }, watch);
	if (embedded.level === 'b-b' || !evidence) return { ...embedded, warnings: prepared.warnings };
	const { signatures, timestampTime } = embedded;
	const digest = companionDigest(prepared.digest);
	const request = { level, digest, signatures, notBefore: timestampTime, signal };
	const completion = await completeDraft(draft, evidence, supply, request, watch);
	return { ...completion, warnings: [...prepared.warnings, ...completion.warnings] };
}
