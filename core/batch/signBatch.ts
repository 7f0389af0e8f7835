/**
 * Signs many files with one key, in two passes: all are signed and timestamped, then evidence that is newer than the last
 * of those timestamps goes into every one. So each certificate is asked about once, and the answer serves all.
 *
 * No more is in memory than the files under way: what waits for its evidence waits on disk, in its part.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import type { Draft } from '../pades/draft.ts';
import { type FileOutcome, unwrittenOutcome } from '../pades/fileOutcome.ts';
import { type Level, reaches } from '../pades/level.ts';
import type { SignatureOptions } from '../pades/options.ts';
import type { OutputFile, Overwrite } from '../pades/outputFile.ts';
import { signDetached } from '../pades/signDetached.ts';
import { type DraftRequest, type SignedDraft, signDraft } from '../pades/signDraft.ts';
import { SigningError } from '../pades/signingError.ts';
import type { SigningRun } from '../pades/signingRun.ts';
import { Stopwatch } from '../pades/stopwatch.ts';
import { reasonOf } from '../ports/reason.ts';
import type { Signer } from '../ports/signer.ts';
import { TokenError } from '../ports/tokenError.ts';
import { completeBatch, type StampedFile } from './completeBatch.ts';
import type { Gate } from './gate.ts';
import { isAnother, recalling, remembering } from './givenSignatures.ts';
import { beginFile, type HeadStart } from './headStart.ts';
import type { Journal } from './journal.ts';
import { inTurns } from './keyTurns.ts';
import { inLanes } from './lanes.ts';
import { hex, type PartDigests, publish, replacedBy, type WrittenPart } from './publish.ts';
import { SigningGroups } from './signingGroups.ts';

export interface BatchItem {
	readonly file: string;
	readonly out: string;
	readonly overwrite: Overwrite;
	readonly level: Level;
	/** Found when it is the file's turn: the place may depend on what the document says. */
	options(draft: Draft): SignatureOptions | Promise<SignatureOptions>;
	readonly password: string | undefined;
	/** A CAdES signature beside the file, which may be of any kind, instead of one inside a PDF. */
	readonly detached?: boolean | undefined;
}

export interface BatchOptions<Item extends BatchItem = BatchItem> {
	readonly run: SigningRun;
	readonly offline: boolean;
	readonly journal?: Journal | undefined;
	/** The first item's, where it was begun before the run could be. */
	readonly headStart?: HeadStart | undefined;
	readonly signal: AbortSignal;
	/** Closed while the run is to pause. */
	readonly gate?: Gate | undefined;
	/** Files that an earlier run signed and timestamped. */
	readonly stamped?: readonly StampedFile<Item>[] | undefined;
	/** Called once for each file, as soon as its fate is known. */
	readonly onOutcome: (outcome: FileOutcome, item: Item) => void;
	/** Called when a file comes to its next stage. */
	readonly onStage?: ((stage: SigningStage, file: string, item: Item) => void) | undefined;
}

export type SigningStage = 'token' | 'timestamp' | 'proof' | 'archive-timestamp' | 'writing';

/** Enough to keep a token, a disk and a network busy at once; more gave nothing. */
const lanes = 16;

/** @returns what ended the run before all files had their turn, if the token did. */
export async function signBatch<Item extends BatchItem>(
	items: readonly Item[],
	options: BatchOptions<Item>,
): Promise<{ readonly ended: TokenError | undefined }> {
	const batch = new SigningBatch(items, options);
	return batch.run();
}

class SigningBatch<Item extends BatchItem> {
	readonly #items: readonly Item[];
	readonly #options: BatchOptions<Item>;
	readonly #groups: SigningGroups;
	readonly #stamped: StampedFile<Item>[];
	#ended: TokenError | undefined;

	constructor(items: readonly Item[], options: BatchOptions<Item>) {
		this.#items = items;
		this.#options = options;
		this.#groups = new SigningGroups(inTurns(options.run.signer, options.gate), items.length);
		this.#stamped = [...(options.stamped ?? [])];
	}

	async run(): Promise<{ readonly ended: TokenError | undefined }> {
		const { run } = this.#options;
		const count = run.signer.authentication === 'once' ? Math.max(lanes, this.#groups.size) : 1;
		await inLanes(count, this.#items, (item) => this.#sign(item));
		await completeBatch(this.#stamped, { ...this.#options, ...run, signer: run.description });
		return { ended: this.#ended };
	}

	async #sign(item: Item): Promise<void> {
		const { signal, gate, journal } = this.#options;
		const turn = this.#groups.turn();
		if (gate?.isClosed) await gate.passed(signal);
		if (this.#ended || signal.aborted) {
			turn.end();
			this.#leave(item, 'cancelled', this.#ended);
			return;
		}
		const watch = new Stopwatch();
		let draft: Draft | undefined;
		let output: OutputFile | undefined;
		try {
			({ draft, output } = this.#options.headStart?.take(item) ?? beginFile(item, journal?.mark));
			if (item.detached) await this.#signDetached(item, draft, output, turn.signer, watch);
			else await this.#signDocument(item, draft, output, turn.signer, watch);
		} catch (error) {
			await output?.discard();
			this.#fail(item, error);
		} finally {
			turn.end();
			draft?.close();
		}
	}

	async #signDocument(item: Item, draft: Draft, output: OutputFile, signer: Signer, watch: Stopwatch): Promise<void> {
		const { run } = this.#options;
		const signed = await this.#onceSigned(item, signer, await item.options(draft), (by, options, timestampRoom) =>
			this.#signDraft(item, draft, by, { options, timestampRoom }, watch),
		);
		const waitsForProof = signed.level === 'b-t' && reaches(item.level, 'b-lt') && run.evidence !== undefined;
		// What is written to wait is no stage of its own: told is what a file does last.
		if (!waitsForProof) this.#stageOf(item)('writing');
		await draft.write(output);
		const digests = async () => ({ input: await draft.inputDigest(), output: await draft.digest('sha256') });
		if (waitsForProof) {
			await this.#keepStamped(item, output, signed, await digests(), watch);
			return;
		}
		await this.#publish(item, output, { digests, field: signed.field, reached: signed }, watch);
	}

	#signDraft(
		item: Item,
		draft: Draft,
		signer: Signer,
		wanted: Pick<DraftRequest, 'options' | 'timestampRoom'>,
		watch: Stopwatch,
	): Promise<SignedDraft> {
		const { run, signal } = this.#options;
		const { level } = item;
		const signatures = this.#items.length;
		const request = { ...wanted, level, chain: run.chain, signal, signatures, onStage: this.#stageOf(item) };
		return signDraft(draft, signer, run.supply, request, watch);
	}

	/** Signs with what the key gave in a run that broke off, where that fits; else with the key. */
	async #onceSigned<T>(
		item: Item,
		signer: Signer,
		options: SignatureOptions,
		sign: (signer: Signer, options: SignatureOptions, timestampRoom: number | undefined) => Promise<T>,
	): Promise<T> {
		const { journal, run } = this.#options;
		const timestampRoom = run.supply?.tokenRoom;
		if (!journal) return sign(signer, options, timestampRoom);
		const given = journal.given(item);
		if (given) {
			try {
				const { signingTime } = given;
				return await sign(recalling(signer, given), { ...options, signingTime }, given.timestampRoom || undefined);
			} catch (error) {
				if (!isAnother(error)) throw error;
			}
		}
		const prepared = { signingTime: options.signingTime, timestampRoom: timestampRoom ?? 0 };
		return sign(remembering(signer, journal, item, prepared), options, timestampRoom);
	}

	/** The part waits, with signature and timestamp, until the last file of the batch has come as far. */
	async #keepStamped(
		item: Item,
		output: OutputFile,
		signed: SignedDraft,
		digests: PartDigests,
		watch: Stopwatch,
	): Promise<void> {
		const { field, timestampTime: stampedAt } = signed;
		const warnings = [...this.#options.run.warnings, ...signed.warnings];
		const { file, out, overwrite, level: requested } = item;
		const { partPath: part } = output;
		const [inputSha256, outputSha256] = [hex(digests.input), hex(digests.output)];
		await this.#options.journal?.record({
			file,
			out,
			part,
			size: statSync(part).size,
			replaces: replacedBy(overwrite, digests.input),
			inputSha256,
			outputSha256,
			state: 'stamped',
			level: 'b-t',
			requested,
			field,
			stampedAt,
		});
		this.#stamped.push({ item, part, inputSha256, partSha256: outputSha256, field, warnings, stampedAt, watch });
	}

	async #signDetached(item: Item, draft: Draft, output: OutputFile, by: Signer, watch: Stopwatch): Promise<void> {
		const { signal, run } = this.#options;
		const signed = await this.#onceSigned(item, by, await item.options(draft), (signer, options) => {
			const { digest, pss = false, signingTime } = options;
			const request = { level: item.level, digest, pss, signingTime, signal };
			return signDetached(draft, { ...run, signer }, request, watch);
		});
		await output.write(undefined, [signed.cms]);
		const digests = async () => ({
			input: await draft.inputDigest(),
			output: createHash('sha256').update(signed.cms).digest(),
		});
		await this.#publish(item, output, { digests, field: undefined, reached: signed }, watch);
	}

	async #publish(
		item: Item,
		output: OutputFile,
		written: Pick<WrittenPart, 'digests' | 'field' | 'reached'>,
		watch: Stopwatch,
	): Promise<void> {
		const { run, journal, offline } = this.#options;
		const reached = { ...written.reached, warnings: [...run.warnings, ...written.reached.warnings] };
		const part = { ...factsOf(item), ...written, reached, signer: run.description, output, watch };
		this.#options.onOutcome(await publish(part, { journal, offline }), item);
	}

	#fail(item: Item, error: unknown): void {
		if (error instanceof TokenError && error.final) {
			const first = this.#ended === undefined;
			this.#ended ??= error;
			// The same refusal reaches every lane; the first file stands for it.
			this.#leave(item, first ? 'failed' : 'cancelled', error);
			return;
		}
		const cancelled = this.#options.signal.aborted && !(error instanceof SigningError);
		this.#leave(item, cancelled ? 'cancelled' : 'failed', error);
	}

	/** Nothing came of this file. */
	#leave(item: Item, state: 'failed' | 'cancelled', error: unknown): void {
		const { run, journal, signal, onOutcome } = this.#options;
		const { file, out, level: requested } = item;
		const { code, message } = reasonOf(error ?? signal.reason);
		journal?.recordFailure({ file, out, state, requested, code, message });
		onOutcome(unwrittenOutcome(state, { file, requested, error, signer: run.description }), item);
	}

	#stageOf(item: Item): (stage: SigningStage) => void {
		return (stage) => this.#options.onStage?.(stage, item.file, item);
	}
}

const factsOf = ({ file, level }: BatchItem) => ({ file, requested: level });
