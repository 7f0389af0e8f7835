import { type BatchItem, signBatch } from '../../core/batch/signBatch.ts';
import type { EvidenceSource } from '../../core/pades/completeDraft.ts';
import type { FileOutcome } from '../../core/pades/fileOutcome.ts';
import { type Level, reaches } from '../../core/pades/level.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { type SigningRun, startSigningRun } from '../../core/pades/signingRun.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { Signer } from '../../core/ports/signer.ts';
import { ServiceError } from '../../core/sync/serviceError.ts';
import {
	type MadeSignature,
	type SignedInPosting,
	type SigningHand,
	signInPosting,
	type ToSign,
} from '../../core/sync/signing.ts';
import type { TsaClient } from '../../core/tsp/tsaClient.ts';
import type { PostingSigned, SigningStage } from '../../preload/contract.ts';
import type { PrivateFolder } from '../documents/privateFolder.ts';
import { failureOf } from '../failure.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import { type WrittenOutcome, written } from '../signing/writtenOutcome.ts';
import type { OpenedPostings } from './localPostings.ts';
import { type Present, toSign } from './postingShape.ts';

export interface PostingSigningParts {
	readonly opened: OpenedPostings;
	readonly reading: Pick<ReadingPool, 'run'>;
	readonly folder: PrivateFolder;
	readonly signer: Signer;
	readonly sources: {
		readonly offline: boolean;
		readonly supply: TsaClient | undefined;
		readonly evidence: EvidenceSource | undefined;
	};
	readonly words: { readonly reason?: string | undefined; readonly location?: string | undefined };
	readonly signal: AbortSignal;
	readonly onStage: (stage: SigningStage) => void;
}

/** A document with the revision that the person has looked at. */
export interface SeenDocument {
	readonly document: string;
	readonly sha256: string;
}

/**
 * Signs documents of a posting one after the other with one key, to the level that the posting asks for.
 *
 * @returns what became of each.
 * @throws what kept the first from being signed at all: a PIN that is wrong, a timestamp service that does not answer.
 */
export async function signPosting(
	present: Present,
	seen: readonly SeenDocument[],
	parts: PostingSigningParts,
): Promise<PostingSigned> {
	const { opened, signer, sources, signal } = parts;
	const { view } = present;
	const open = toSign(present);
	const wishes = seen.map(({ document, sha256 }) => {
		const found = open.find((one) => one.document.id === document);
		if (!found) {
			throw new ServiceError('nothing-asked', 'A document is no longer for you to sign.', {
				hint: 'Look at the posting again.',
				subject: document,
			});
		}
		return { posting: view.id, as: found.as.id, document: found.document.id, seen: sha256 };
	});
	const level = view.signatureLevel;
	const supply = sources.offline ? undefined : sources.supply;
	const run = await startSigningRun({ signer, level, clock: systemClock, signal, ...sources, supply });
	const hand = handOf(run, level, parts);
	const documents: PostingSigned['documents'][number][] = [];
	for (const wish of wishes) {
		try {
			const signing = { store: opened.store, sync: opened.sync, clock: systemClock, hand, signal };
			documents.push({ document: wish.document, ...outcomeOf(await signInPosting(wish, signing)) });
		} catch (error) {
			if (documents.length === 0) throw error;
			// What was signed before stays signed; the same would happen to those that follow.
			const failure = failureOf(error);
			const left = wishes.slice(documents.length);
			return {
				documents: [...documents, ...left.map(({ document }) => ({ document, outcome: 'failed' as const, failure }))],
			};
		}
	}
	return { documents };
}

function handOf(run: SigningRun, level: Level, parts: PostingSigningParts): SigningHand {
	const { signer, reading, folder } = parts;
	return {
		needsPerson: signer.authentication === 'per-signature',
		folder: folder.path,
		sign: (revision) => signRevision(revision, run, level, parts),
		addedSignaturesAlone: (path, seen) => reading.run('signaturesAlone', { path, password: undefined, seen }),
	};
}

async function signRevision(
	revision: ToSign,
	run: SigningRun,
	level: Level,
	{ sources, folder, signal, onStage, words }: PostingSigningParts,
): Promise<MadeSignature> {
	onStage('preparing');
	const out = await folder.place('signed.pdf');
	let outcome: FileOutcome | undefined;
	await signBatch([itemOf(revision, out, level, words)], {
		run,
		offline: sources.offline,
		signal,
		onStage,
		onOutcome: (one) => {
			outcome = one;
		},
	});
	return madeTo(level, written(outcome));
}

/** A signed file, with why it is not at the posting's level, if it is not: the posting takes nothing below it. */
export function madeTo(level: Level, { out, level: reached, error }: WrittenOutcome): MadeSignature {
	if (reaches(reached ?? 'b-b', level)) return { path: out, lack: undefined };
	const lack = error instanceof Error ? error : undefined;
	const unsaid = `the signature did not reach ${level}, which the posting asks for`;
	return { path: out, lack: lack ?? new SigningError('tsa-missing', unsaid) };
}

function itemOf(
	{ path, sha256, field }: ToSign,
	out: string,
	level: Level,
	{ reason, location }: PostingSigningParts['words'],
): BatchItem {
	return {
		file: path,
		out,
		overwrite: 'never',
		level,
		password: undefined,
		async options(draft) {
			const digest = Buffer.from(await draft.inputDigest()).toString('hex');
			if (digest !== sha256) throw new SigningError('document-changed', `${path} is not the revision that was shown`);
			return {
				digest: 'sha256',
				signingTime: systemClock.now(),
				field,
				...(reason && { reason }),
				...(location && { location }),
			};
		},
	};
}

export function outcomeOf(result: SignedInPosting): Omit<PostingSigned['documents'][number], 'document'> {
	if (result.outcome === 'incomplete') return { outcome: 'incomplete', failure: failureOf(result.cause) };
	if (result.outcome !== 'refused') return { outcome: result.outcome, failure: null };
	const { trouble } = result;
	if (trouble.kind === 'conflict') return { outcome: 'changed', failure: null };
	const { code, message, hint } = trouble;
	return { outcome: 'failed', failure: { code, message, hint, subject: null, details: {} } };
}
