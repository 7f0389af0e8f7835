/**
 * Looks at every file of a batch before the PIN is asked for: what would fail and why, where each mark will show, what it
 * will cost and how long it will take. Nothing is written, and no timestamp is spent.
 */
import { setImmediate as others } from 'node:timers/promises';
import { Draft } from '../pades/draft.ts';
import type { Examination } from '../pades/examine.ts';
import { certificateOf } from '../pades/signerCertificate.ts';
import { checkSigningRun, describeSigner, type RunCheckRequest, type SignerDescription } from '../pades/signingRun.ts';
import type { SignerFacts } from '../ports/signer.ts';
import { OutputSurvey } from './outputSurvey.ts';
import type { BatchItem } from './signBatch.ts';
import { levelCost, surveyDraft } from './surveyDraft.ts';

/** What is known of one file before it is signed. */
export interface SurveyedFile<Item extends BatchItem = BatchItem> {
	readonly item: Item;
	/** Undefined where the file cannot be signed, and for a detached signature. */
	readonly examination: Examination | undefined;
	/** What signing it would be refused with. */
	readonly obstacle: unknown;
	/** Timestamps that it will cost: 0, 1 or 2. */
	readonly timestamps: number;
	/** Worth knowing, and no obstacle: `signed-before`, and what drawing the mark had to say. */
	readonly warnings: readonly string[];
}

/** What is the same for all files. */
export interface SurveyedRun {
	/** What keeps the whole run from starting: the certificate, or a timestamp authority that cannot be reached. */
	readonly obstacle: unknown;
	/** `certificate-ends-soon`, `certificate-ends-before-due`, `revocation-not-checked`. */
	readonly warnings: readonly string[];
	/** When the certificate ends. */
	readonly certificateEnds: Date;
}

export interface Survey<Item extends BatchItem = BatchItem> extends SurveyedRun {
	readonly files: readonly SurveyedFile<Item>[];
	readonly signer: SignerDescription;
	/** Those of the run, and `pin-each-time`. */
	readonly warnings: readonly string[];
	/** Of the files that can be signed. */
	readonly signatures: number;
	readonly timestamps: number;
	/** Milliseconds, as {@link durationOf} has it. */
	readonly duration: number;
}

export interface SurveyRequest<Item extends BatchItem = BatchItem> extends RunCheckRequest {
	readonly items: readonly Item[];
	/** Called as work goes on. */
	readonly onProgress?: ((done: number, total: number, file: string) => void) | undefined;
}

/** A certificate that ends sooner is worth a word. */
const SOON = 30 * 24 * 3600 * 1000;

/** @throws what {@link RunCheckRequest.signal} was aborted with. */
export async function surveyBatch<Item extends BatchItem>(request: SurveyRequest<Item>): Promise<Survey<Item>> {
	const { items, signer } = request;
	const run = await surveyRun(request);
	const outputs = new OutputSurvey(items);
	const files: SurveyedFile<Item>[] = [];
	for (const [index, item] of items.entries()) {
		files.push(await surveyFile(item, index, outputs, request));
		request.onProgress?.(index + 1, items.length, item.file);
		// A thousand files take seconds, in which whoever asked may have changed their mind.
		await others();
		request.signal?.throwIfAborted();
	}
	const signable = files.filter(({ obstacle }) => obstacle === undefined);
	const timestamps = signable.reduce((sum, file) => sum + file.timestamps, 0);
	const asksEachTime = signer.authentication === 'per-signature' && items.length > 1;
	return {
		...run,
		files,
		signer: describeSigner(certificateOf(signer)),
		warnings: [...(asksEachTime ? ['pin-each-time'] : []), ...run.warnings],
		signatures: signable.length,
		timestamps,
		duration: durationOf(signable.length, timestamps, request),
	};
}

/** Looks at what is the same for all files. @throws what {@link RunCheckRequest.signal} was aborted with. */
export async function surveyRun(request: RunCheckRequest): Promise<SurveyedRun> {
	const { notAfter } = certificateOf(request.signer);
	const begun = await checkSigningRun(request).then(
		({ warnings }) => ({ obstacle: undefined, warnings }),
		(obstacle: unknown) => ({ obstacle, warnings: [] }),
	);
	request.signal?.throwIfAborted();
	const isSoon = notAfter.getTime() < request.clock.now().getTime() + SOON;
	return {
		obstacle: begun.obstacle,
		warnings: [...begun.warnings, ...(isSoon ? ['certificate-ends-soon'] : [])],
		certificateEnds: notAfter,
	};
}

/** Milliseconds that signing will take, not counting the person: a guess, good to a factor of two. */
export function durationOf(
	signatures: number,
	timestamps: number,
	means: {
		readonly signer: Pick<SignerFacts, 'authentication'>;
		readonly supply: Pick<NonNullable<RunCheckRequest['supply']>, 'rate'> | undefined;
	},
): number {
	const perTimestamp = Math.max(TIMESTAMP, 1000 / (means.supply?.rate ?? Number.POSITIVE_INFINITY));
	return Math.round(signatures * (SIGNATURE[means.signer.authentication] + FILE) + timestamps * perTimestamp);
}

/** Milliseconds: what a card takes, and an HSM or a soft token. */
const SIGNATURE = { 'per-signature': 1500, once: 5 } as const satisfies Record<SignerFacts['authentication'], number>;
/** Milliseconds: reading, hashing, writing and flushing one file. */
const FILE = 3;
/** Milliseconds: one timestamp, several being asked for at once. */
const TIMESTAMP = 60;

async function surveyFile<Item extends BatchItem>(
	item: Item,
	index: number,
	outputs: OutputSurvey,
	request: SurveyRequest<Item>,
): Promise<SurveyedFile<Item>> {
	let draft: Draft | undefined;
	try {
		outputs.check(index);
		draft = Draft.open(item.file, { password: item.password, digest: 'sha256' });
		const { size, ...found } = await surveyDraft(draft, item, request);
		const { timestamps, room } = levelCost(item.level, request.supply !== undefined);
		outputs.take(index, size + room);
		return { item, obstacle: undefined, timestamps, ...found };
	} catch (obstacle) {
		return { item, examination: undefined, obstacle, timestamps: 0, warnings: [] };
	} finally {
		draft?.close();
	}
}
