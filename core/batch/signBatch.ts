/**
 * Signs many files with one key, in two passes: all are signed and timestamped, then evidence that is newer than the last
 * of those timestamps goes into every one. So each certificate is asked about once, and the answer serves all.
 */
import { createHash } from 'node:crypto';
import { completeDraft } from '../pades/completeDraft.ts';
import { Draft } from '../pades/draft.ts';
import { type FileOutcome, unwrittenOutcome, writtenOutcome } from '../pades/fileOutcome.ts';
import { type Level, reaches } from '../pades/level.ts';
import type { SignatureOptions } from '../pades/options.ts';
import { OutputFile, type Overwrite } from '../pades/outputFile.ts';
import { signDetached } from '../pades/signDetached.ts';
import { type SignedDraft, signDraft } from '../pades/signDraft.ts';
import { SigningError } from '../pades/signingError.ts';
import type { SigningRun } from '../pades/signingRun.ts';
import { Stopwatch } from '../pades/stopwatch.ts';
import type { Signer } from '../ports/signer.ts';
import { TokenError } from '../ports/tokenError.ts';
import { beginFile, type HeadStart } from './headStart.ts';
import type { Journal } from './journal.ts';
import { inLanes } from './lanes.ts';
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

export interface BatchOptions {
	readonly run: SigningRun;
	readonly offline: boolean;
	readonly journal?: Journal | undefined;
	/** The first item's, where it was begun before the run could be. */
	readonly headStart?: HeadStart | undefined;
	readonly signal: AbortSignal;
	/** Called once for each file, as soon as its fate is known. */
	readonly onOutcome: (outcome: FileOutcome) => void;
	/** Called as work goes on; `done` counts both passes. */
	readonly onProgress?: ((done: number, total: number, file: string) => void) | undefined;
	/** Called when a file comes to its next stage. */
	readonly onStage?: ((stage: SigningStage, file: string) => void) | undefined;
}

export type SigningStage = 'token' | 'timestamp' | 'proof' | 'archive-timestamp' | 'writing';

/** Enough to keep a token, a disk and a network busy at once; more gave nothing. */
const lanes = 16;

/** A PIN or an authorisation that was refused is not asked for again, for no file. */
const endsTheRun: ReadonlySet<string> = new Set([
	'pin-required',
	'pin-incorrect',
	'pin-locked',
	'pin-expired',
	'pin-length',
	'pin-cancelled',
	'otp-required',
	'otp-incorrect',
	'authorisation-refused',
]);

/** A file that is signed in memory and waits for its evidence. */
interface Waiting {
	readonly item: BatchItem;
	readonly signed: SignedDraft;
	readonly added: Uint8Array;
	readonly inputDigest: Uint8Array;
	readonly watch: Stopwatch;
	/** A large file stays open, its copy begun and its hash kept. */
	readonly open: { readonly draft: Draft; readonly output: OutputFile } | undefined;
}

/** Whether the run was ended by the token. */
export async function signBatch(
	items: readonly BatchItem[],
	options: BatchOptions,
): Promise<{ readonly ended: boolean }> {
	const batch = new SigningBatch(items, options);
	return batch.run();
}

class SigningBatch {
	readonly #items: readonly BatchItem[];
	readonly #options: BatchOptions;
	readonly #groups: SigningGroups;
	readonly #waiting: Waiting[] = [];
	#ended: TokenError | undefined;
	#done = 0;

	constructor(items: readonly BatchItem[], options: BatchOptions) {
		this.#items = items;
		this.#options = options;
		this.#groups = new SigningGroups(options.run.signer, items.length);
	}

	async run(): Promise<{ readonly ended: boolean }> {
		const { signer } = this.#options.run;
		const count = signer.authentication === 'once' ? Math.max(lanes, this.#groups.size) : 1;
		await inLanes(count, this.#items, (item) => this.#sign(item));
		await this.#complete();
		return { ended: this.#ended !== undefined };
	}

	async #sign(item: BatchItem): Promise<void> {
		const { signal, run } = this.#options;
		const turn = this.#groups.turn();
		if (this.#ended || signal.aborted) {
			turn.end();
			this.#tell(unwrittenOutcome('cancelled', { file: item.file, requested: item.level, error: this.#ended }));
			return;
		}
		const watch = new Stopwatch();
		let draft: Draft | undefined;
		let output: OutputFile | undefined;
		let kept = false;
		try {
			({ draft, output } = this.#options.headStart?.take(item) ?? beginFile(item));
			const signatureOptions = await item.options(draft);
			if (item.detached) {
				await this.#signDetached(item, draft, output, { options: signatureOptions, signer: turn.signer }, watch);
				return;
			}
			const onStage = this.#stageOf(item);
			const request = { level: item.level, options: signatureOptions, chain: run.chain, signal, onStage };
			const signed = await signDraft(draft, turn.signer, run.supply, request, watch);
			if (signed.level === 'b-t' && reaches(item.level, 'b-lt') && run.evidence) {
				kept = draft.isLarge;
				const open = kept ? { draft, output } : undefined;
				this.#waiting.push({ item, signed, watch, open, added: draft.added, inputDigest: await draft.inputDigest() });
			} else {
				await this.#write(item, draft, output, signed, { ...signed, warnings: [] }, watch);
			}
		} catch (error) {
			await output?.discard();
			this.#fail(item, error);
		} finally {
			turn.end();
			if (!kept) draft?.close();
		}
	}

	async #complete(): Promise<void> {
		const times = this.#waiting.flatMap(({ signed }) => (signed.timestampTime ? [signed.timestampTime.getTime()] : []));
		const notBefore = times.length > 0 ? new Date(Math.max(...times)) : undefined;
		await inLanes(lanes, this.#waiting, (waiting) => this.#completeOne(waiting, notBefore));
	}

	async #completeOne(waiting: Waiting, notBefore: Date | undefined): Promise<void> {
		const { item, signed, watch, open } = waiting;
		const { run, signal } = this.#options;
		const draft = open?.draft ?? Draft.open(item.file, { password: item.password, digest: 'sha256' });
		const output = open?.output ?? new OutputFile(item.out, item.overwrite);
		try {
			if (!open) await reopen(draft, waiting);
			const reached =
				run.evidence && !signal.aborted
					? await completeDraft(
							draft,
							run.evidence,
							run.supply,
							{
								level: item.level,
								digest: 'sha256',
								signatures: signed.signatures,
								notBefore,
								signal,
								onStage: this.#stageOf(item),
							},
							watch,
						)
					: { level: signed.level, warnings: [], failure: undefined };
			await this.#write(item, draft, output, signed, reached, watch);
		} catch (error) {
			await output.discard();
			this.#fail(item, error);
		} finally {
			draft.close();
		}
	}

	async #write(
		item: BatchItem,
		draft: Draft,
		output: OutputFile,
		signed: SignedDraft,
		reached: { readonly level: Level; readonly warnings: readonly string[]; readonly failure: unknown },
		watch: Stopwatch,
	): Promise<void> {
		this.#stageOf(item)('writing');
		await draft.write(output);
		const outputDigest = await draft.digest('sha256');
		await this.#publish(
			item,
			draft,
			output,
			{ field: signed.field, warnings: signed.warnings, outputDigest },
			reached,
			watch,
		);
	}

	async #signDetached(
		item: BatchItem,
		draft: Draft,
		output: OutputFile,
		by: { readonly options: SignatureOptions; readonly signer: Signer },
		watch: Stopwatch,
	): Promise<void> {
		const { signal } = this.#options;
		const run = { ...this.#options.run, signer: by.signer };
		const { digest, pss = false, signingTime } = by.options;
		const signed = await signDetached(draft, run, { level: item.level, digest, pss, signingTime, signal }, watch);
		await output.write(undefined, [signed.cms]);
		const outputDigest = createHash('sha256').update(signed.cms).digest();
		await this.#publish(item, draft, output, { field: undefined, warnings: [], outputDigest }, signed, watch);
	}

	/** The journal knows first; then the output appears; then it is told. */
	async #publish(
		item: BatchItem,
		draft: Draft,
		output: OutputFile,
		signed: {
			readonly field: string | undefined;
			readonly warnings: readonly string[];
			readonly outputDigest: Uint8Array;
		},
		reached: { readonly level: Level; readonly warnings: readonly string[]; readonly failure: unknown },
		watch: Stopwatch,
	): Promise<void> {
		const { run, offline, journal } = this.#options;
		const outcome = writtenOutcome(
			{
				file: item.file,
				out: item.out,
				requested: item.level,
				level: reached.level,
				field: signed.field,
				signer: run.description,
				ms: watch.durations(),
				warnings: [...run.warnings, ...signed.warnings, ...reached.warnings],
				error: reached.failure,
			},
			offline,
		);
		await journal?.record({
			file: item.file,
			out: item.out,
			part: output.partPath,
			inputSha256: hex(await draft.inputDigest()),
			outputSha256: hex(signed.outputDigest),
			state: outcome.outcome === 'signed' ? 'signed' : 'incomplete',
			level: reached.level,
			requested: item.level,
			field: signed.field ?? '',
		});
		output.commit();
		this.#tell({ ...outcome, ms: watch.durations() });
	}

	#fail(item: BatchItem, error: unknown): void {
		const facts = { file: item.file, requested: item.level, error, signer: this.#options.run.description };
		if (error instanceof TokenError && endsTheRun.has(error.code)) {
			const first = this.#ended === undefined;
			this.#ended ??= error;
			// The same refusal reaches every lane; the first file stands for it.
			this.#tell(unwrittenOutcome(first ? 'failed' : 'cancelled', facts));
			return;
		}
		const cancelled = this.#options.signal.aborted && !(error instanceof SigningError);
		this.#tell(unwrittenOutcome(cancelled ? 'cancelled' : 'failed', facts));
	}

	#stageOf({ file }: BatchItem): (stage: SigningStage) => void {
		return (stage) => this.#options.onStage?.(stage, file);
	}

	#tell(outcome: FileOutcome): void {
		this.#done++;
		this.#options.onProgress?.(this.#done, this.#items.length, outcome.file);
		this.#options.onOutcome(outcome);
	}
}

/** The file as it was signed, from disk again. @throws {SigningError} `document-changed`. */
async function reopen(draft: Draft, { item, added, inputDigest }: Waiting): Promise<void> {
	if (Buffer.compare(await draft.inputDigest(), inputDigest) !== 0) {
		throw new SigningError('document-changed', `${item.file} was changed while it was being signed`, {
			subject: item.file,
		});
	}
	draft.append(added);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
