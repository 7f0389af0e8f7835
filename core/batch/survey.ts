/**
 * Looks at every file of a batch before the PIN is asked for: what would fail and why, where each mark will show, what it
 * will cost and how long it will take. Nothing is written, and no timestamp is spent.
 */
import { statSync } from 'node:fs';
import { setImmediate as others } from 'node:timers/promises';
import { Draft } from '../pades/draft.ts';
import { type Examination, examineDraft } from '../pades/examine.ts';
import { type Level, reaches } from '../pades/level.ts';
import { checkOutput } from '../pades/outputFile.ts';
import { certificateOf } from '../pades/signerCertificate.ts';
import { SigningError } from '../pades/signingError.ts';
import { describeSigner, type RunRequest, type SignerDescription, startSigningRun } from '../pades/signingRun.ts';
import type { Signer } from '../ports/signer.ts';
import { DiskSpace } from './diskSpace.ts';
import { type Clash, outputClashes } from './outputClashes.ts';
import type { BatchItem } from './signBatch.ts';

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

export interface Survey<Item extends BatchItem = BatchItem> {
	readonly files: readonly SurveyedFile<Item>[];
	readonly signer: SignerDescription;
	/** What keeps the whole run from starting: the certificate, or a timestamp authority that cannot be reached. */
	readonly obstacle: unknown;
	/** Of the run: `pin-each-time`, `certificate-ends-soon`, `certificate-ends-before-due`, `revocation-not-checked`. */
	readonly warnings: readonly string[];
	/** When the certificate ends. */
	readonly certificateEnds: Date;
	/** Of the files that can be signed. */
	readonly signatures: number;
	readonly timestamps: number;
	/** Milliseconds that signing will take, not counting the person: a guess, good to a factor of two. */
	readonly duration: number;
}

export interface SurveyRequest<Item extends BatchItem = BatchItem> extends RunRequest {
	readonly items: readonly Item[];
	/** Called as work goes on. */
	readonly onProgress?: ((done: number, total: number, file: string) => void) | undefined;
}

/** A certificate that ends sooner is worth a word. */
const SOON = 30 * 24 * 3600 * 1000;
/** What evidence and a document timestamp add to a file, in bytes: generous. */
const ROOM_FOR_PROOF = 64 * 1024;

/** @throws what {@link RunRequest.signal} was aborted with. */
export async function surveyBatch<Item extends BatchItem>(request: SurveyRequest<Item>): Promise<Survey<Item>> {
	const { items, signer, clock } = request;
	const certificate = certificateOf(signer);
	const begun = await startSigningRun(request).then(
		(run) => ({ obstacle: undefined, warnings: run.warnings }),
		(obstacle: unknown) => ({ obstacle, warnings: [] }),
	);
	request.signal?.throwIfAborted();
	const clashes = outputClashes(items);
	const disks = new DiskSpace();
	const files: SurveyedFile<Item>[] = [];
	for (const [index, item] of items.entries()) {
		files.push(await surveyFile(item, clashes.get(index), disks, request));
		request.onProgress?.(index + 1, items.length, item.file);
		// A thousand files take seconds, in which whoever asked may have changed their mind.
		await others();
		request.signal?.throwIfAborted();
	}
	const signable = files.filter(({ obstacle }) => obstacle === undefined);
	const timestamps = signable.reduce((sum, file) => sum + file.timestamps, 0);
	const soon = clock.now().getTime() + SOON;
	return {
		files,
		signer: describeSigner(certificate),
		obstacle: begun.obstacle,
		warnings: [
			...begun.warnings,
			...(signer.authentication === 'per-signature' && items.length > 1 ? ['pin-each-time'] : []),
			...(certificate.notAfter.getTime() < soon ? ['certificate-ends-soon'] : []),
		],
		certificateEnds: certificate.notAfter,
		signatures: signable.length,
		timestamps,
		duration: durationOf(signable.length, timestamps, request),
	};
}

async function surveyFile<Item extends BatchItem>(
	item: Item,
	clash: Clash | undefined,
	disks: DiskSpace,
	request: SurveyRequest<Item>,
): Promise<SurveyedFile<Item>> {
	const timestamps = request.supply ? timestampsFor(item.level) : 0;
	let draft: Draft | undefined;
	try {
		if (clash) throw clashError(item, clash);
		checkOutput(item.file, item.out, item.overwrite, 0);
		draft = Draft.open(item.file, { password: item.password, digest: 'sha256' });
		const examination = item.detached ? undefined : await examine(item, draft, request);
		const copied = item.detached ? 0 : statSync(item.file).size;
		disks.take(item.out, copied + (examination?.added ?? 0) + (timestamps > 0 ? ROOM_FOR_PROOF : 0));
		const warnings = [...(examination?.signedBefore ? ['signed-before'] : []), ...(examination?.warnings ?? [])];
		return { item, examination, obstacle: undefined, timestamps, warnings };
	} catch (obstacle) {
		return { item, examination: undefined, obstacle, timestamps: 0, warnings: [] };
	} finally {
		draft?.close();
	}
}

async function examine(item: BatchItem, draft: Draft, { signer, supply }: SurveyRequest): Promise<Examination> {
	return examineDraft(draft, { signer, supply, options: await item.options(draft), level: item.level });
}

const timestampsFor = (level: Level): number => (reaches(level, 'b-lta') ? 2 : reaches(level, 'b-t') ? 1 : 0);

function clashError({ file, out }: BatchItem, clash: Clash): SigningError {
	const what =
		clash.kind === 'same-output'
			? `${clash.with} and ${file} would both become ${out}`
			: `${file} would replace the input ${clash.with}`;
	return new SigningError('output-clash', what, { subject: out });
}

/** Milliseconds: what a card takes, and an HSM or a soft token. */
const SIGNATURE = { 'per-signature': 1500, once: 5 } as const satisfies Record<Signer['authentication'], number>;
/** Milliseconds: reading, hashing, writing and flushing one file. */
const FILE = 3;
/** Milliseconds: one timestamp, several being asked for at once. */
const TIMESTAMP = 60;

function durationOf(signatures: number, timestamps: number, { signer, supply }: SurveyRequest): number {
	const perTimestamp = Math.max(TIMESTAMP, 1000 / (supply?.rate ?? Number.POSITIVE_INFINITY));
	return Math.round(signatures * (SIGNATURE[signer.authentication] + FILE) + timestamps * perTimestamp);
}
