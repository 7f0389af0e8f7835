import { mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describeSigner } from '../../core/pades/signingRun.ts';
import type { Certificate } from '../../core/pki/certificate.ts';
import type { Signer } from '../../core/ports/signer.ts';
import type {
	Batch,
	BatchNews,
	BatchPhase,
	BatchSummary,
	BatchWish,
	MarkPlace,
	OpenDocument,
	RowId,
} from '../../preload/contract.ts';
import type { OpenDocuments } from '../documents/openDocuments.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import type { ProofSources } from '../signing/proofSources.ts';
import { BatchError } from './batchError.ts';
import { type BatchResult, batchResult } from './batchResult.ts';
import { isSignable, newRow, type Row, shownRow } from './batchRow.ts';
import { Looking } from './looking.ts';
import { withOutputs } from './outputs.ts';
import { Rows } from './rows.ts';
import { type RowToSign, RunningBatch } from './runningBatch.ts';
import { BatchFolder } from './savedBatch.ts';

/** More than anybody reads before signing. */
const MOST_ROWS = 5000;

export interface BatchParts {
	readonly documents: OpenDocuments;
	readonly reading: ReadingPool;
	readonly env: NodeJS.ProcessEnv;
	/** What is wished where nothing was said yet. */
	readonly firstWish: () => BatchWish;
	/** Where signed files go whose originals lie nowhere. */
	readonly fallbackFolder: string;
	/** When the first of these files is due outside a room. */
	readonly dueOf: (files: readonly string[]) => Date | undefined;
	readonly tell: (news: BatchNews) => void;
}

/** A signer that is ready to sign, and where proof comes from. */
export interface StandingSigner {
	readonly signer: Signer;
	readonly sources: ProofSources;
}

/** The batch of the window: what is in it, where its marks go, and the run over it. There is one at a time. */
export class BatchDesk {
	readonly #parts: BatchParts;
	readonly #folder: BatchFolder;
	readonly #rows: Rows;
	#wish: BatchWish;
	#output: string | null = null;
	#phase: BatchPhase = 'choosing';
	#signer: string | null = null;
	#begun: string | null = null;
	#due: Date | undefined;
	#run: RunningBatch | undefined;
	#working: Promise<void> = Promise.resolve();
	readonly #looking: Looking;
	/** The signer is being opened. */
	#isStarting = false;

	constructor(parts: BatchParts) {
		this.#parts = parts;
		this.#folder = new BatchFolder(parts.env);
		this.#rows = new Rows(() => this.#summary(), parts.tell);
		this.#wish = parts.firstWish();
		this.#looking = new Looking(this.#rows, parts.reading, () => this.#wish.place);
		this.#takeUp();
	}

	/** Null: nothing is in it. */
	get current(): Batch | null {
		if (this.#rows.size === 0) return null;
		return { ...this.#summary(), rows: this.#rows.all.map(shownRow) };
	}

	/** A path for a file that was dropped where the host cannot see whence. */
	placeDropped(name: string): string {
		return this.#folder.place(name);
	}

	/** Adds files, and the PDFs that lie directly in folders. One that is in it already is not added twice. */
	async add(paths: readonly string[]): Promise<void> {
		this.#refuseWhileRunning();
		if (this.#phase !== 'choosing') this.#startAnew();
		const known = new Set(this.#rows.all.map(({ path }) => path));
		const files = (await Promise.all(paths.map(pdfsAt))).flat().filter((path) => !known.has(path));
		if (this.#rows.size + files.length > MOST_ROWS)
			throw new BatchError('too-many-rows', `A batch holds ${MOST_ROWS} documents.`);
		this.#due = this.#parts.dueOf([...known, ...files]);
		for (const path of files) {
			const row = newRow(path, this.#folder.contains(path) ? null : dirname(path));
			this.#rows.set(row);
			this.#looking.look(row.id);
		}
	}

	remove(ids: readonly RowId[]): void {
		this.#refuseWhileRunning();
		for (const id of ids) this.#rows.remove(id);
		this.#findDue();
	}

	/** @param id null: every document that wants one. @returns how many it opened. */
	async unlock(id: RowId | null, password: string): Promise<number> {
		const locked = this.#rows.all.filter(
			(row) => (id === null || row.id === id) && row.failure?.code === 'document-locked',
		);
		let opened = 0;
		for (const row of locked) {
			const found = await this.#looking.survey({ ...row, password });
			if (found.failure?.code === 'document-locked') continue;
			opened += 1;
			this.#rows.set(found);
		}
		return opened;
	}

	wish(wish: BatchWish): void {
		this.#refuseWhileRunning();
		const before = this.#wish.place;
		const samePlace = isDeepStrictEqual(before, wish.place);
		this.#wish = samePlace ? { ...wish, place: before } : wish;
		if (!samePlace) for (const row of this.#open()) if (row.ownPlace === null) this.#looking.look(row.id);
		this.#rows.changed();
	}

	/** @param place null: as for all. */
	place(id: RowId, place: MarkPlace | null): void {
		this.#refuseWhileRunning();
		this.#known(id);
		this.#rows.update(id, { ownPlace: place });
		this.#looking.look(id);
	}

	/** @param path null: beside each original. */
	output(path: string | null): void {
		this.#refuseWhileRunning();
		this.#output = path;
		for (const row of this.#open()) this.#rows.update(row.id, { out: undefined });
		this.#rows.changed();
	}

	/** Opens a document of the batch to be looked at; the very bytes that will be signed. */
	async open(id: RowId, reading: boolean): Promise<OpenDocument> {
		const row = this.#known(id);
		const shown = row.state === 'signed' || row.state === 'incomplete' ? (row.out ?? row.path) : row.path;
		const opened = await this.#parts.documents.openAside(shown, row.password);
		if (shown === row.path && opened.sha256 !== row.sha256) this.#looking.look(id);
		else if (reading && !row.read) this.#rows.update(id, { read: true });
		return opened;
	}

	/** Begins the run. @param stand opens the signer: whatever fails there, nothing was signed. */
	async start(certificate: Certificate, stand: () => Promise<StandingSigner>): Promise<void> {
		this.#refuseWhileRunning();
		const ready = this.#rows.all.filter(isSignable);
		if (ready.length === 0) throw new BatchError('batch-empty', 'No document of the batch can be signed.');
		const rows = withOutputs([...ready, ...this.#incomplete()], this.#outputFor(ready));
		this.#isStarting = true;
		try {
			const { signer, sources } = await stand();
			try {
				this.#signer = certificate.subject.displayName;
				this.#begun ??= new Date().toISOString();
				const signs = describeSigner(certificate);
				for (const row of rows) if (isSignable(row)) this.#rows.set({ ...row, state: 'waiting', certificate: signs });
				this.#save();
				this.#begin(rows, sources, async () => signer);
			} catch (error) {
				await signer.close();
				throw error;
			}
		} finally {
			this.#isStarting = false;
		}
	}

	/** Adds what is missing to documents that are signed; no key is needed. Resolves when that is done. */
	async complete(sources: ProofSources): Promise<void> {
		this.#refuseWhileRunning();
		this.#begin(withOutputs(this.#incomplete(), null), sources, async () => {
			throw new BatchError('batch-empty', 'What was signed is not there any more.');
		});
		await this.#working;
	}

	pause(): void {
		this.#running().hold();
		this.#phase = 'paused';
		this.#rows.changed();
	}

	resume(): void {
		this.#running().goOn();
		this.#phase = 'running';
		this.#rows.changed();
	}

	cancel(): void {
		this.#running().cancel();
		this.#phase = 'running';
		this.#rows.changed();
	}

	/** What was not signed is looked at anew, to be signed by another run. */
	again(): void {
		this.#refuseWhileRunning();
		this.#phase = 'choosing';
		for (const { id, state } of this.#rows.all) {
			if (state === 'failed' || state === 'cancelled' || state === 'trouble') this.#looking.look(id);
		}
		this.#rows.changed();
	}

	/** Forgets the batch; what was signed stays where it is. */
	close(): void {
		this.#refuseWhileRunning();
		this.#startAnew();
	}

	/** Of the documents that can be signed. */
	get signablePaths(): readonly string[] {
		return this.#rows.all.filter(isSignable).map(({ path }) => path);
	}

	/** Where the signed files are; undefined while there are none. */
	get signedPath(): string | undefined {
		return this.#rows.all.find(({ state, out }) => out !== undefined && (state === 'signed' || state === 'incomplete'))
			?.out;
	}

	/** What came of each document, to be kept. @throws {BatchError} {JournalError} */
	result(): BatchResult {
		this.#refuseWhileRunning();
		if (this.#phase === 'choosing' || this.#begun === null)
			throw new BatchError('batch-not-running', 'No document of the batch was signed yet.');
		return batchResult(this.#rows.all, this.#wish.level, new Date(this.#begun), this.#folder.journal);
	}

	/** Holds up whoever ends the program until the file at hand is whole. */
	async end(): Promise<void> {
		this.#run?.cancel();
		await this.#working;
		this.#rows.flush();
	}

	#begin(rows: readonly RowToSign[], sources: ProofSources, openSigner: () => Promise<Signer>): void {
		const run = new RunningBatch({
			rows,
			wish: this.#wish,
			sources,
			openSigner,
			journal: this.#folder.journal,
			changed: (id, changes) => this.#rows.update(id, changes),
		});
		this.#run = run;
		this.#phase = 'running';
		this.#working = run.work().finally(() => {
			this.#phase = 'ended';
			this.#save();
			this.#rows.flush();
		});
	}

	#incomplete(): readonly Row[] {
		return this.#rows.all.filter(({ state }) => state === 'incomplete');
	}

	#outputFor(rows: readonly Row[]): string | null {
		const folder = this.#output ?? (rows.some((row) => row.folder === null) ? this.#parts.fallbackFolder : null);
		if (folder !== null) mkdirSync(folder, { recursive: true });
		return folder;
	}

	/** Rows that are not signed and not being signed. */
	#open(): readonly Row[] {
		return this.#rows.all.filter(({ state }) => state === 'looking' || state === 'ready' || state === 'trouble');
	}

	#summary(): BatchSummary {
		const run = this.#run;
		const homeless = this.#rows.all.some(({ folder }) => folder === null);
		const folder = this.#output ?? (homeless ? this.#parts.fallbackFolder : null);
		return {
			phase: this.#phase,
			wish: this.#wish,
			folder: folder === null ? null : basename(folder),
			folderNeeded: homeless,
			worked: run?.worked ?? 0,
			total: run?.total ?? 0,
			signed: run?.signed ?? 0,
			done: run?.done ?? 0,
			signer: this.#signer,
			failure: run?.failure ?? null,
			begun: this.#begun,
			due: this.#due?.toISOString() ?? null,
		};
	}

	#findDue(): void {
		this.#due = this.#parts.dueOf(this.#rows.all.map(({ path }) => path));
	}

	#save(): void {
		const { all } = this.#rows;
		this.#folder.save({
			rows: all,
			wish: this.#wish,
			folder: this.#output,
			signer: this.#signer,
			begun: this.#begun,
		});
	}

	/** What an earlier run of the program left. */
	#takeUp(): void {
		const saved = this.#folder.load();
		if (!saved) return;
		for (const row of saved.rows) this.#rows.set(row);
		this.#findDue();
		this.#wish = saved.wish;
		this.#output = saved.folder;
		this.#signer = saved.signer;
		this.#begun = saved.begun;
		this.#phase = saved.rows.some(({ state }) => state === 'cancelled') ? 'interrupted' : 'ended';
	}

	#startAnew(): void {
		this.#rows.clear();
		this.#folder.remove();
		this.#run = undefined;
		this.#signer = null;
		this.#begun = null;
		this.#due = undefined;
		this.#output = null;
		this.#wish = this.#parts.firstWish();
		this.#phase = 'choosing';
		this.#rows.flush();
	}

	#known(id: RowId): Row {
		const row = this.#rows.get(id);
		if (row) return row;
		throw new BatchError('row-unknown', 'This document is not in the batch any more.');
	}

	#running(): RunningBatch {
		if (this.#run && (this.#phase === 'running' || this.#phase === 'paused')) return this.#run;
		throw new BatchError('batch-not-running', 'No batch is being signed.');
	}

	#refuseWhileRunning(): void {
		if (this.#isStarting || this.#phase === 'running' || this.#phase === 'paused')
			throw new BatchError('batch-running', 'The batch is being signed.');
	}
}

/** The file itself, or the PDFs directly in the folder, by name. */
async function pdfsAt(path: string): Promise<readonly string[]> {
	const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
		if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
		throw error;
	});
	if (!entries) return [path];
	return entries
		.filter((entry) => entry.isFile() && !entry.name.startsWith('.') && extname(entry.name).toLowerCase() === '.pdf')
		.map((entry) => join(path, entry.name))
		.sort(byName);
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare;
