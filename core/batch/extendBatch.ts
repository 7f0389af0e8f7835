/** Brings many signed files to a higher level, or puts a document timestamp on each. */
import { statSync } from 'node:fs';
import type { EvidenceSource } from '../pades/completeDraft.ts';
import { DetachedDraft } from '../pades/detachedDraft.ts';
import { Draft, type KeptDraft } from '../pades/draft.ts';
import { beginDetachedExtension, finishDetachedExtension } from '../pades/extendDetached.ts';
import {
	type BegunExtension,
	beginExtension,
	type ExtendRequest,
	type Extension,
	finishExtension,
	timestampDraft,
} from '../pades/extendDraft.ts';
import { type FileOutcome, unwrittenOutcome, writtenOutcome } from '../pades/fileOutcome.ts';
import { type Level, pendingBetween, reaches } from '../pades/level.ts';
import { checkOutput, OutputFile, type Overwrite } from '../pades/outputFile.ts';
import { SigningError } from '../pades/signingError.ts';
import type { SigningRun } from '../pades/signingRun.ts';
import { Stopwatch } from '../pades/stopwatch.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import { reasonOf } from '../ports/reason.ts';
import type { Journal } from './journal.ts';
import { inLanes } from './lanes.ts';
import { hex, replacedBy } from './publish.ts';

export interface ExtendItem {
	readonly file: string;
	readonly out: string;
	readonly overwrite: Overwrite;
	readonly password: string | undefined;
	/** Where the file is a detached signature: what it is over. */
	readonly content?: string | undefined;
	/** What the file was signed from, where a journal knows it by that. */
	readonly origin?: { readonly file: string; readonly inputSha256: string } | undefined;
}

export interface ExtendOptions {
	/** `timestamp`: a document timestamp and nothing else, on any document. */
	readonly work: { readonly kind: 'extend'; readonly level: Level } | { readonly kind: 'timestamp' };
	readonly digest: SigningDigest;
	readonly supply: SigningRun['supply'];
	/** One for the batch. */
	readonly evidence: EvidenceSource;
	readonly offline: boolean;
	readonly journal?: Journal | undefined;
	readonly signal: AbortSignal;
	readonly onOutcome: (outcome: FileOutcome) => void;
	readonly onProgress?: ((done: number, total: number, file: string) => void) | undefined;
	/** Called when a file comes to its next stage. */
	readonly onStage?: ((stage: 'timestamp' | 'proof' | 'archive-timestamp', file: string) => void) | undefined;
}

const lanes = 8;
const roomForProof = 256 * 1024;

/** A file that is stamped where it had to be, and waits for its evidence. */
interface Waiting {
	readonly item: ExtendItem;
	readonly begun: BegunExtension;
	readonly watch: Stopwatch;
	/**
	 * A large file stays open, its copy begun and its hash kept; so does a detached signature, which is small. All others
	 * are opened again.
	 */
	readonly held: Work | KeptDraft;
}

/** A file being worked on, and where it goes. */
interface Work {
	readonly draft: Draft | DetachedDraft;
	readonly output: OutputFile;
}

/**
 * Works in two passes: signatures are stamped, then evidence newer than the last timestamp of the batch goes into every
 * file. So each certificate is asked about once.
 */
export async function extendBatch(items: readonly ExtendItem[], options: ExtendOptions): Promise<void> {
	const waiting: Waiting[] = [];
	let done = 0;
	const tell = (outcome: FileOutcome): void => {
		options.onProgress?.(++done, items.length, outcome.file);
		options.onOutcome(outcome);
	};
	await inLanes(lanes, items, async (item) => {
		const begun = await begin(item, options);
		if ('begun' in begun) waiting.push(begun);
		else tell(begun);
	});
	const times = waiting.flatMap(({ begun }) => begun.now.latestTimestamp?.getTime() ?? []);
	const notBefore = times.length > 0 ? new Date(Math.max(...times)) : undefined;
	await inLanes(lanes, waiting, async (one) => tell(await finish(one, notBefore, options)));
}

/** Everything that wants no evidence. */
async function begin(item: ExtendItem, options: ExtendOptions): Promise<FileOutcome | Waiting> {
	if (options.signal.aborted) return unwrittenOutcome('cancelled', factsOf(item, options));
	const watch = new Stopwatch();
	let work: Work | undefined;
	let staysOpen = false;
	try {
		checkOutput(item.file, item.out, item.overwrite, roomForProof);
		const { content } = item;
		const draft =
			content === undefined
				? Draft.open(item.file, { password: item.password, digest: options.digest })
				: DetachedDraft.open(item.file, content);
		work = { draft, output: new OutputFile(item.out, item.overwrite, options.journal?.mark) };
		if (draft instanceof Draft && draft.isLarge) work.output.beginCopy(item.file);
		if (options.work.kind === 'timestamp')
			return await write(item, work, await stamp(draft, options, watch), options, watch);
		const request = requestOf(draft, options.work.level, options);
		const begun =
			draft instanceof Draft
				? await beginExtension(draft, options.supply, request, watch)
				: await beginDetachedExtension(draft, options.supply, request, watch);
		if (begun.needsEvidence) {
			if (draft instanceof Draft && !draft.isLarge) return { item, begun, watch, held: await draft.kept() };
			staysOpen = true;
			return { item, begun, watch, held: work };
		}
		const { level, field } = begun.now;
		return await write(item, work, { level, field, warnings: [], failure: begun.failure }, options, watch);
	} catch (error) {
		await work?.output.discard();
		return failed(item, error, options);
	} finally {
		if (!staysOpen && work?.draft instanceof Draft) work.draft.close();
	}
}

async function finish(waiting: Waiting, notBefore: Date | undefined, options: ExtendOptions): Promise<FileOutcome> {
	const { item, begun, watch, held } = waiting;
	let work: Work | undefined;
	try {
		work = 'draft' in held ? held : await reopen(item, held, options);
		const { draft } = work;
		const { evidence, supply } = options;
		const request = { ...requestOf(draft, requestedOf(options), options), notBefore };
		const reached =
			draft instanceof Draft
				? await finishExtension(draft, begun, evidence, supply, request, watch)
				: await finishDetachedExtension(draft, begun, evidence, supply, request, watch);
		return await write(item, work, reached, options, watch);
	} catch (error) {
		await work?.output.discard();
		return failed(item, error, options);
	} finally {
		if (work?.draft instanceof Draft) work.draft.close();
	}
}

async function reopen(item: ExtendItem, kept: KeptDraft, options: ExtendOptions): Promise<Work> {
	const { digest } = options;
	const draft = await Draft.reopen(item.file, { password: item.password, digest }, kept);
	return { draft, output: new OutputFile(item.out, item.overwrite, options.journal?.mark) };
}

function requestOf(draft: Work['draft'], level: Level, { digest, signal, onStage }: ExtendOptions): ExtendRequest {
	return { level, digest, signal, onStage: (stage) => onStage?.(stage, draft.path) };
}

async function stamp(draft: Work['draft'], options: ExtendOptions, watch: Stopwatch): Promise<Extension> {
	if (!(draft instanceof Draft))
		throw new SigningError('not-a-document', `${draft.path} is no PDF`, { subject: draft.path });
	if (!options.supply) throw new SigningError('tsa-missing', 'no timestamp authority is named');
	const { digest, signal } = options;
	const field = await timestampDraft(draft, options.supply, { digest, signal }, watch);
	return { level: 'b-t', field, warnings: [], failure: undefined };
}

/** Nothing is written where nothing was added: the file has its level already, or the network gave nothing. */
async function write(
	item: ExtendItem,
	{ draft, output }: Work,
	reached: Extension,
	options: ExtendOptions,
	watch: Stopwatch,
): Promise<FileOutcome> {
	const { level, field, warnings, failure } = reached;
	const facts = { ...factsOf(item, options), level, field, warnings, error: failure };
	const { requested } = facts;
	if (!draft.isChanged) {
		await output.discard();
		const outcome = unwrittenOutcome(failure ? 'failed' : 'skipped', facts);
		if (!failure || !options.offline) return outcome;
		// Left for later, as told.
		return { ...outcome, outcome: 'incomplete', ok: true, pending: pendingBetween(level, requested) };
	}
	await draft.write(output);
	const inputDigest = await draft.inputDigest();
	await options.journal?.record({
		file: item.origin?.file ?? item.file,
		out: item.out,
		part: output.partPath,
		size: statSync(output.partPath).size,
		replaces: replacedBy(output.overwrite, inputDigest),
		inputSha256: item.origin?.inputSha256 ?? hex(inputDigest),
		outputSha256: hex(await draft.digest('sha256')),
		state: reaches(level, requested) ? 'signed' : 'incomplete',
		level,
		requested,
		field: field ?? '',
	});
	output.commit();
	return writtenOutcome({ ...facts, out: item.out, signer: undefined, ms: watch.durations() }, options.offline);
}

function failed(item: ExtendItem, error: unknown, options: ExtendOptions): FileOutcome {
	const state = options.signal.aborted && !(error instanceof SigningError) ? 'cancelled' : 'failed';
	const { file, out, origin } = item;
	// Of a file that an earlier run has written, what it has is worth more than why it got no more.
	if (!origin)
		options.journal?.recordFailure({ file, out, state, requested: requestedOf(options), ...reasonOf(error) });
	return unwrittenOutcome(state, { ...factsOf(item, options), error });
}

const requestedOf = ({ work }: ExtendOptions): Level => (work.kind === 'extend' ? work.level : 'b-t');

const factsOf = (item: ExtendItem, options: ExtendOptions) => ({ file: item.file, requested: requestedOf(options) });
