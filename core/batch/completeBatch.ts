/** The second pass of a batch: evidence newer than its last timestamp, into every file that was signed and stamped. */
import { completeDraft, type EvidenceSource } from '../pades/completeDraft.ts';
import { Draft } from '../pades/draft.ts';
import { signatureIn } from '../pades/extendDraft.ts';
import { type FileOutcome, unwrittenOutcome } from '../pades/fileOutcome.ts';
import { OutputFile } from '../pades/outputFile.ts';
import { SigningError } from '../pades/signingError.ts';
import type { SignerDescription, SigningRun } from '../pades/signingRun.ts';
import { Stopwatch } from '../pades/stopwatch.ts';
import type { Gate } from './gate.ts';
import type { Journal } from './journal.ts';
import { inLanes } from './lanes.ts';
import { hex, publish, type Reached } from './publish.ts';
import type { BatchItem, SigningStage } from './signBatch.ts';

/** A file that is signed and stamped in its part, and waits for its evidence. */
export interface StampedFile<Item extends BatchItem = BatchItem> {
	readonly item: Item;
	readonly part: string;
	/** In hex, of the file that was signed, and of the part. */
	readonly inputSha256: string;
	readonly partSha256: string;
	readonly field: string;
	readonly warnings: readonly string[];
	/** genTime of the signature's timestamp. */
	readonly stampedAt: Date | undefined;
	/** Running since the file's turn began; undefined where an earlier run signed it. */
	readonly watch?: Stopwatch | undefined;
}

export interface CompleteOptions<Item extends BatchItem> {
	readonly supply: SigningRun['supply'];
	/** Without one the files stay at the level they have. */
	readonly evidence: EvidenceSource | undefined;
	/** Undefined where an earlier run signed. */
	readonly signer: SignerDescription | undefined;
	readonly offline: boolean;
	readonly journal?: Journal | undefined;
	readonly signal: AbortSignal;
	/** Closed while the run is to pause. */
	readonly gate?: Gate | undefined;
	readonly onOutcome: (outcome: FileOutcome, item: Item) => void;
	readonly onStage?: ((stage: SigningStage, file: string, item: Item) => void) | undefined;
}

/** Enough to keep a timestamp authority busy. */
const lanes = 16;

/** Whatever goes wrong now, or is given up: the key was used, so each file appears at the level it has. */
export async function completeBatch<Item extends BatchItem>(
	files: readonly StampedFile<Item>[],
	options: CompleteOptions<Item>,
): Promise<void> {
	let latest: Date | undefined;
	for (const { stampedAt } of files) if (stampedAt && (!latest || stampedAt > latest)) latest = stampedAt;
	await inLanes(lanes, files, (file) => completeOne(file, latest, options));
}

async function completeOne<Item extends BatchItem>(
	stamped: StampedFile<Item>,
	notBefore: Date | undefined,
	options: CompleteOptions<Item>,
): Promise<void> {
	const { item, part, partSha256, inputSha256, field, watch = new Stopwatch() } = stamped;
	const { journal, offline, signer, gate } = options;
	if (gate?.isClosed) await gate.passed(options.signal);
	const facts = { file: item.file, requested: item.level };
	const output = OutputFile.resume(item.out, item.overwrite, part);
	let draft: Draft | undefined;
	try {
		draft = Draft.open(part, { password: item.password, digest: 'sha256' });
		if (hex(await draft.inputDigest()) !== partSha256) {
			throw new SigningError('document-changed', `${item.file} was changed while it was being signed`, {
				subject: item.file,
			});
		}
		const { level, warnings, failure } = await reach(draft, stamped, notBefore, options, watch);
		options.onStage?.('writing', item.file, item);
		if (draft.isChanged) await output.append([draft.added]);
		const whole = draft;
		const digests = async () => ({ input: Buffer.from(inputSha256, 'hex'), output: await whole.digest('sha256') });
		const reached = { level, failure, warnings: [...new Set([...stamped.warnings, ...warnings])] };
		const written = { ...facts, field, signer, digests, output, reached, watch };
		options.onOutcome(await publish(written, { journal, offline }), item);
	} catch (error) {
		// With a journal the part stays, to be completed by the next run; without one nobody would ever find it.
		if (!journal) await output.discard();
		options.onOutcome(unwrittenOutcome('failed', { ...facts, error, signer }), item);
	} finally {
		draft?.close();
	}
}

async function reach<Item extends BatchItem>(
	draft: Draft,
	{ item, field }: StampedFile<Item>,
	notBefore: Date | undefined,
	{ evidence, supply, signal, onStage }: CompleteOptions<Item>,
	watch: Stopwatch,
): Promise<Reached> {
	if (!evidence || signal.aborted) return { level: 'b-t', warnings: [], failure: signal.reason };
	const request = {
		level: item.level,
		digest: 'sha256' as const,
		signatures: signatureIn(draft, field),
		notBefore,
		signal,
		onStage: (stage: SigningStage) => onStage?.(stage, item.file, item),
	};
	try {
		return await completeDraft(draft, evidence, supply, request, watch);
	} catch (failure) {
		if (draft.isChanged) throw failure;
		return { level: 'b-t', warnings: [], failure };
	}
}
