/** Brings many signed files to a higher level, or puts a document timestamp on each. */
import type { EvidenceSource } from '../pades/completeDraft.ts';
import { Draft } from '../pades/draft.ts';
import { extendDraft, timestampDraft } from '../pades/extendDraft.ts';
import { type FileOutcome, unwrittenOutcome, writtenOutcome } from '../pades/fileOutcome.ts';
import { type Level, reaches } from '../pades/level.ts';
import { checkOutput, OutputFile, type Overwrite } from '../pades/outputFile.ts';
import type { TimestampSupply } from '../pades/signDraft.ts';
import { SigningError } from '../pades/signingError.ts';
import { Stopwatch } from '../pades/stopwatch.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import type { Journal } from './journal.ts';
import { inLanes } from './lanes.ts';

export interface ExtendItem {
	readonly file: string;
	readonly out: string;
	readonly overwrite: Overwrite;
	readonly password: string | undefined;
	/** What the file was signed from, where a journal knows it by that. */
	readonly origin?: { readonly file: string; readonly inputSha256: string } | undefined;
}

export interface ExtendOptions {
	/** `timestamp`: a document timestamp and nothing else, on any document. */
	readonly work: { readonly kind: 'extend'; readonly level: Level } | { readonly kind: 'timestamp' };
	readonly digest: SigningDigest;
	readonly supply: TimestampSupply | undefined;
	/** One for each document: what its own store holds serves it first. */
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

export async function extendBatch(items: readonly ExtendItem[], options: ExtendOptions): Promise<void> {
	let done = 0;
	await inLanes(lanes, items, async (item) => {
		const outcome = await extendFile(item, options);
		options.onProgress?.(++done, items.length, item.file);
		options.onOutcome(outcome);
	});
}

async function extendFile(item: ExtendItem, options: ExtendOptions): Promise<FileOutcome> {
	const requested = options.work.kind === 'extend' ? options.work.level : 'b-t';
	const facts = { file: item.file, requested };
	if (options.signal.aborted) return unwrittenOutcome('cancelled', facts);
	const watch = new Stopwatch();
	let draft: Draft | undefined;
	let output: OutputFile | undefined;
	try {
		checkOutput(item.file, item.out, item.overwrite, roomForProof);
		draft = Draft.open(item.file, { password: item.password, digest: options.digest });
		output = new OutputFile(item.out, item.overwrite);
		if (draft.isLarge) output.beginCopy(item.file);
		const reached = await work(draft, options, watch);
		if (draft.added.length === 0) {
			await output.discard();
			const error = reached.failure;
			const isLeft = error !== undefined && options.offline;
			return unwrittenOutcome(error ? 'failed' : 'skipped', {
				...facts,
				level: reached.level,
				field: reached.field,
				ok: !error || isLeft,
				warnings: reached.warnings,
				error,
			});
		}
		return await write(item, requested, draft, output, reached, options, watch);
	} catch (error) {
		await output?.discard();
		const cancelled = options.signal.aborted && !(error instanceof SigningError);
		return unwrittenOutcome(cancelled ? 'cancelled' : 'failed', { ...facts, error });
	} finally {
		draft?.close();
	}
}

interface Reached {
	readonly level: Level;
	readonly field: string;
	readonly warnings: readonly string[];
	readonly failure: Error | undefined;
}

async function work(draft: Draft, options: ExtendOptions, watch: Stopwatch): Promise<Reached> {
	const { digest, signal, supply } = options;
	const onStage = (stage: Parameters<NonNullable<ExtendOptions['onStage']>>[0]): void =>
		options.onStage?.(stage, draft.path);
	if (options.work.kind === 'extend') {
		return extendDraft(draft, options.evidence, supply, { level: options.work.level, digest, signal, onStage }, watch);
	}
	if (!supply) throw new SigningError('tsa-missing', 'no timestamp authority is named');
	const field = await timestampDraft(draft, supply, { digest, signal }, watch);
	return { level: 'b-t', field, warnings: [], failure: undefined };
}

async function write(
	item: ExtendItem,
	requested: Level,
	draft: Draft,
	output: OutputFile,
	reached: Reached,
	options: ExtendOptions,
	watch: Stopwatch,
): Promise<FileOutcome> {
	await draft.write(output);
	await options.journal?.record({
		file: item.origin?.file ?? item.file,
		out: item.out,
		part: output.partPath,
		inputSha256: item.origin?.inputSha256 ?? hex(await draft.inputDigest()),
		outputSha256: hex(await draft.digest('sha256')),
		state: reaches(reached.level, requested) ? 'signed' : 'incomplete',
		level: reached.level,
		requested,
		field: reached.field,
	});
	output.commit();
	return writtenOutcome(
		{
			file: item.file,
			out: item.out,
			requested,
			level: reached.level,
			field: reached.field,
			signer: undefined,
			ms: watch.durations(),
			warnings: reached.warnings,
			error: reached.failure,
		},
		options.offline,
	);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
