/** A signed document brought to a higher level: nothing is asked of a key, and the bytes there are stay as they are. */
import { CmsError } from '../cms/errors.ts';
import { AttributeType } from '../cms/oids.ts';
import { parseSignedData } from '../cms/signedData.ts';
import { type SignatureField, signatureFields } from '../pdf/fields.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import { NetworkError } from '../ports/fetcher.ts';
import { TimestampError } from '../tsp/errors.ts';
import { parseTimestampToken } from '../tsp/timestampToken.ts';
import type { TsaClient } from '../tsp/tsaClient.ts';
import { completeDraft, type EvidenceSource } from './completeDraft.ts';
import { addDocumentTimestamp } from './documentTimestamp.ts';
import type { Draft } from './draft.ts';
import { readDss } from './dss.ts';
import { type Level, reaches } from './level.ts';
import { SigningError } from './signingError.ts';
import type { Stopwatch } from './stopwatch.ts';

/** What a document holds of signatures and timestamps. */
export interface SignedState {
	/** Of the document's weakest signature; undefined where it has none but document timestamps. */
	readonly level: Level;
	/** The last signature's field; a detached signature has none. */
	readonly field: string | undefined;
	/** DER of every signature, of its timestamps, and of every document timestamp. */
	readonly signatures: readonly Uint8Array[];
	readonly latestTimestamp: Date | undefined;
}

export interface ExtendRequest {
	readonly level: Level;
	readonly digest: SigningDigest;
	readonly signal?: AbortSignal | undefined;
	readonly onStage?: ((stage: 'timestamp' | 'proof' | 'archive-timestamp') => void) | undefined;
}

export interface Extension {
	readonly level: Level;
	readonly field: string | undefined;
	readonly warnings: readonly string[];
	readonly failure: Error | undefined;
}

interface ReadSignature {
	readonly field: string;
	readonly kind: 'signature' | 'document-timestamp';
	readonly cms: Uint8Array;
	/** DER of the tokens in its unsigned attributes. */
	readonly tokens: readonly Uint8Array[];
	/** Where its byte range ends. */
	readonly end: number;
}

/** DER of the signature in a field and of its timestamps: what evidence is looked up for. */
export function signatureIn(draft: Draft, field: string): readonly Uint8Array[] {
	const found = signatureFields(draft.document).find(({ name }) => name === field);
	return (found ? readSignature(found) : []).flatMap(({ cms, tokens }) => [cms, ...tokens]);
}

/**
 * What the document has reached so far.
 *
 * @throws {SigningError} `not-signed`.
 */
export function readSignedState(draft: Draft): SignedState {
	const { document } = draft;
	const all = signatureFields(document).flatMap(readSignature);
	const signatures = all.filter(({ kind }) => kind === 'signature');
	const stamps = all.filter(({ kind }) => kind === 'document-timestamp');
	const last = signatures.at(-1) ?? stamps.at(-1);
	if (!last) throw new SigningError('not-signed', `${draft.path} carries no signature`, { subject: draft.path });
	const tokens = [...all.flatMap((one) => one.tokens), ...stamps.map(({ cms }) => cms)];
	const times = tokens.flatMap(timeOf);
	const store = readDss(document);
	const hasStore = store.certificates.length > 0 && store.ocspResponses.length + store.crls.length > 0;
	const levelOf = (signature: ReadSignature): Level => {
		const later = stamps.some(({ end }) => end > signature.end);
		if (signature.tokens.length === 0 && !later) return 'b-b';
		if (!hasStore) return 'b-t';
		return later ? 'b-lta' : 'b-lt';
	};
	const weakest = signatures.map(levelOf).reduce<Level>((low, level) => (reaches(level, low) ? low : level), 'b-lta');
	return {
		level: weakest,
		field: last.field,
		signatures: [...all.map(({ cms }) => cms), ...all.flatMap((one) => one.tokens)],
		latestTimestamp: times.length > 0 ? new Date(Math.max(...times)) : undefined,
	};
}

/** A document on its way to a higher level: stamped where it had to be, still without the evidence. */
export interface BegunExtension {
	readonly before: Level;
	/** With the timestamp that was added. */
	readonly now: SignedState;
	/** Whether only the evidence is missing; else `failure` or the level says why nothing follows. */
	readonly needsEvidence: boolean;
	readonly failure: Error | undefined;
}

/**
 * The first of two passes: a signature without timestamp gets a document timestamp, since its bytes cannot change
 * (EN 319 142-1 §6.3, B-T). Evidence is looked up once all files of a batch are stamped, so that one answer serves all.
 *
 * @throws {SigningError} `not-signed`, `tsa-missing`.
 */
export async function beginExtension(
	draft: Draft,
	supply: TsaClient | undefined,
	request: ExtendRequest,
	watch: Stopwatch,
): Promise<BegunExtension> {
	const { begun, stampFrom } = planFirstPass(readSignedState(draft), supply, request);
	if (!stampFrom) return begun;
	request.onStage?.('timestamp');
	const failure = await stamp(draft, stampFrom, request, watch);
	if (failure) return { ...begun, needsEvidence: false, failure };
	return { ...begun, now: { ...readSignedState(draft), level: 'b-t' } };
}

/**
 * What the first pass has to do for a signature in this state: nothing, or a timestamp from `stampFrom`, after which
 * `begun` holds but for the state itself. The same for a signature in a document and for a detached one.
 *
 * @throws {SigningError} `tsa-missing`.
 */
export function planFirstPass(
	before: SignedState,
	supply: TsaClient | undefined,
	request: ExtendRequest,
): { readonly begun: BegunExtension; readonly stampFrom: TsaClient | undefined } {
	const begun = { before: before.level, now: before, needsEvidence: false, failure: undefined };
	if (reaches(before.level, request.level) && request.level !== 'b-lta') return { begun, stampFrom: undefined };
	const needsStamp = before.level === 'b-b';
	if (!supply && (needsStamp || request.level === 'b-lta')) {
		throw new SigningError('tsa-missing', `the level ${request.level} needs a timestamp, and no authority is named`);
	}
	return {
		begun: { ...begun, needsEvidence: request.level !== 'b-t' },
		stampFrom: needsStamp ? supply : undefined,
	};
}

/**
 * The second pass: adds what lies between the document's level and the one asked for. At B-LTA already, its last
 * timestamp gets its own evidence and a new timestamp goes over it all (EN 319 142-1 §5.5).
 *
 * @param notBefore the latest timestamp of the batch: evidence is to be no older.
 */
export async function finishExtension(
	draft: Draft,
	begun: BegunExtension,
	evidence: EvidenceSource,
	supply: TsaClient | undefined,
	request: ExtendRequest & { readonly notBefore: Date | undefined },
	watch: Stopwatch,
): Promise<Extension> {
	const { before, now } = begun;
	const completion = await completeDraft(draft, evidence, supply, { ...request, signatures: now.signatures }, watch);
	const level = reaches(before, completion.level) ? before : completion.level;
	return { ...completion, level, field: now.field };
}

/** Adds a document timestamp and nothing else. @returns the name of its field. */
export async function timestampDraft(
	draft: Draft,
	supply: TsaClient,
	request: Omit<ExtendRequest, 'level'>,
	watch: Stopwatch,
): Promise<string> {
	const failure = await stamp(draft, supply, request, watch);
	if (failure) throw failure;
	const fields = signatureFields(draft.document).filter((field) => field.signature?.type === 'DocTimeStamp');
	return fields.at(-1)?.name ?? '';
}

async function stamp(
	draft: Draft,
	supply: TsaClient,
	{ digest, signal }: Omit<ExtendRequest, 'level'>,
	watch: Stopwatch,
): Promise<Error | undefined> {
	try {
		await watch.during('tsa', () => addDocumentTimestamp(draft, supply, { digest, signal }));
		return undefined;
	} catch (error) {
		if (error instanceof TimestampError || error instanceof NetworkError) return error;
		throw error;
	}
}

/** What cannot be read cannot be extended, and does not keep the others from it. */
function readSignature({ name: field, signature }: SignatureField): readonly ReadSignature[] {
	const contents = signature?.contents?.bytes;
	if (!signature || !contents) return [];
	const [, , start = 0, length = 0] = signature.byteRange ?? [];
	try {
		const signed = parseSignedData(contents);
		const isStamp = signature.subFilter === 'ETSI.RFC3161';
		const tokens = signed.signerInfos.flatMap((one) => one.unsignedAttributes.values(AttributeType.signatureTimestamp));
		return [
			{
				field,
				kind: isStamp ? 'document-timestamp' : 'signature',
				cms: signed.der,
				tokens: isStamp ? [] : tokens,
				end: start + length,
			},
		];
	} catch (error) {
		if (error instanceof CmsError) return [];
		throw error;
	}
}

function timeOf(token: Uint8Array): readonly number[] {
	try {
		return [parseTimestampToken(token).info.time.getTime()];
	} catch (error) {
		if (error instanceof CmsError) return [];
		throw error;
	}
}
