/** Detached CAdES signatures brought to a higher level (EN 319 122-1 §6.3): everything goes into the signature itself. */

import { addToSignedData, ocspChoice } from '../cms/addToSignedData.ts';
import { archivedMessage, buildHashIndex } from '../cms/archiveTimestamp.ts';
import { encodeAttribute } from '../cms/attributes.ts';
import { signatureTimestampAttribute } from '../cms/buildSignedData.ts';
import { AttributeType } from '../cms/oids.ts';
import { digest as digestOf } from '../pki/digest.ts';
import { NetworkError } from '../ports/fetcher.ts';
import { TimestampError } from '../tsp/errors.ts';
import { parseTimestampToken } from '../tsp/timestampToken.ts';
import type { TsaClient } from '../tsp/tsaClient.ts';
import type { Completion, EvidenceSource } from './completeDraft.ts';
import type { DetachedDraft } from './detachedDraft.ts';
import {
	type BegunExtension,
	type ExtendRequest,
	type Extension,
	planFirstPass,
	type SignedState,
} from './extendDraft.ts';
import { type Level, reaches } from './level.ts';
import type { Stopwatch } from './stopwatch.ts';

/** The first of two passes: the timestamp over the signature value, where it has none. @throws {SigningError} */
export async function beginDetachedExtension(
	draft: DetachedDraft,
	supply: TsaClient | undefined,
	request: ExtendRequest,
	watch: Stopwatch,
): Promise<BegunExtension> {
	const { begun, stampFrom } = planFirstPass(readDetachedState(draft), supply, request);
	if (!stampFrom) return begun;
	request.onStage?.('timestamp');
	try {
		await stampDetached(draft, stampFrom, request, watch);
	} catch (error) {
		if (!(error instanceof TimestampError || error instanceof NetworkError)) throw error;
		return { ...begun, needsEvidence: false, failure: error };
	}
	return { ...begun, now: readDetachedState(draft) };
}

/** The second pass. @param request.notBefore the latest timestamp of the batch: evidence is to be no older. */
export async function finishDetachedExtension(
	draft: DetachedDraft,
	{ before, now }: BegunExtension,
	evidence: EvidenceSource,
	supply: TsaClient | undefined,
	request: ExtendRequest & { readonly notBefore: Date | undefined },
	watch: Stopwatch,
): Promise<Extension> {
	const completion = await completeDetached(draft, evidence, supply, request, watch);
	const level = reaches(before, completion.level) ? before : completion.level;
	return { ...completion, level, field: now.field };
}

/** Puts a timestamp over the signature value into the signature (§5.3). @throws {TimestampError} */
export async function stampDetached(
	draft: DetachedDraft,
	supply: TsaClient,
	{ digest, signal }: Pick<ExtendRequest, 'digest' | 'signal'>,
	watch: Stopwatch,
): Promise<Date> {
	const imprint = { algorithm: digest, digest: digestOf(digest, draft.signer.signature) };
	const { token } = await watch.during('tsa', () => supply.timestamp(imprint, signal));
	draft.add({ unsignedAttributes: [signatureTimestampAttribute(token.der)] });
	return token.info.time;
}

/** Brings a signature at `b-t` as far towards the level as the network lets it. @throws {SigningError} */
export async function completeDetached(
	draft: DetachedDraft,
	evidence: EvidenceSource,
	supply: TsaClient | undefined,
	request: ExtendRequest & { readonly notBefore: Date | undefined },
	watch: Stopwatch,
): Promise<Completion> {
	if (!reaches(request.level, 'b-lt')) return { level: 'b-t', warnings: [], failure: undefined };
	request.onStage?.('proof');
	const { signatures } = readDetachedState(draft);
	const found = await watch.during('revocation', () => evidence.collect(signatures, request.notBefore, request.signal));
	const { warnings } = found;
	if (found.failure) return { level: 'b-t', warnings, failure: found.failure };
	const { certificates, crls, ocspResponses } = found.material;
	draft.add({ certificates, revocationChoices: [...crls, ...ocspResponses.map(ocspChoice)] });
	if (!reaches(request.level, 'b-lta') || !supply) return { level: 'b-lt', warnings, failure: undefined };
	request.onStage?.('archive-timestamp');
	try {
		await archive(draft, supply, request, watch);
		return { level: 'b-lta', warnings, failure: undefined };
	} catch (error) {
		if (!(error instanceof TimestampError || error instanceof NetworkError)) throw error;
		return { level: 'b-lt', warnings, failure: error };
	}
}

/** An archive-time-stamp-v3 over everything there is, with the index of it in the token (§5.5.2, §5.5.3). */
async function archive(
	draft: DetachedDraft,
	supply: TsaClient,
	{ digest, signal }: ExtendRequest,
	watch: Stopwatch,
): Promise<void> {
	const { signedData, signer } = draft;
	const contentDigest = await watch.during('hash', () => draft.contentDigest(digest));
	const index = buildHashIndex(signedData, signer, digest);
	const message = archivedMessage(signedData, signer, contentDigest, index);
	const imprint = { algorithm: digest, digest: digestOf(digest, message) };
	const { token } = await watch.during('tsa', () => supply.timestamp(imprint, signal));
	const indexed = addToSignedData(token.der, {
		unsignedAttributes: [encodeAttribute(AttributeType.atsHashIndexV3, index)],
	});
	draft.add({ unsignedAttributes: [encodeAttribute(AttributeType.archiveTimestampV3, indexed)] });
}

function readDetachedState(draft: DetachedDraft): SignedState {
	const { signedData, signer } = draft;
	const stamps = signer.unsignedAttributes.values(AttributeType.signatureTimestamp);
	const archives = signer.unsignedAttributes.values(AttributeType.archiveTimestampV3);
	const times = [...stamps, ...archives].map((token) => parseTimestampToken(token).info.time.getTime());
	const hasData = signedData.revocationChoices.length > 0;
	const level: Level =
		stamps.length + archives.length === 0 ? 'b-b' : !hasData ? 'b-t' : archives.length > 0 ? 'b-lta' : 'b-lt';
	return {
		level,
		field: undefined,
		signatures: [draft.cms, ...stamps, ...archives],
		latestTimestamp: times.length > 0 ? new Date(Math.max(...times)) : undefined,
	};
}
