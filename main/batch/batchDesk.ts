import { mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
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
	RowState,
} from '../../preload/contract.ts';
import type { OpenDocuments } from '../documents/openDocuments.ts';
import type { ReadingPool } from '../reading/readingPool.ts';
import type { ProofSources } from '../signing/proofSources.ts';
import { BatchError } from './batchError.ts';
import { type BatchResult, batchResult } from './batchResult.ts';
import { isSignable, newRow, type Row, shownRow } from './batchRow.ts';
import { BatchSurvey } from './batchSurvey.ts';
import { type ChosenSigner, unprovenUntil } from './outlook.ts';
import { withOutputs } from './outputs.ts';
import { pdfsAt } from './pdfsAt.ts';
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
	/** Where timestamps and proof come from, as the settings are now. */
	readonly openSources: () => ProofSources;
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
	readonly #survey: BatchSurvey;
	/** The signer is being opened. */
	#isStarting = false;

	constructor(parts: BatchParts) {
		this.#parts = parts;
		this.#folder = new BatchFolder(parts.env);
		this.#rows = new Rows(() => this.#summary(), parts.tell);
		this.#wish = parts.firstWish();
		this.#survey = new BatchSurvey(this.#rows, parts.reading, parts.openSources, () => ({
			choosing: this.#phase === 'choosing',
			wish: this.#wish,
			folder: this.#folderFor(this.#rows.all),
			due: this.#due,
		}));
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
		for (const path of files) {
			const row = newRow(path, this.#folder.contains(path) ? null : dirname(path));
			this.#rows.set(row);
			this.#survey.look(row.id);
		}
		this.#findDue();
	}

	remove(ids: readonly RowId[]): void {
		this.#refuseWhileRunning();
		for (const id of ids) this.#rows.remove(id);
		this.#findDue();
		if (this.#rows.all.some((row) => row.unwritable)) this.#survey.checkOutputs();
	}

	/**
	 * Looks at what is not signed with this certificate; asked with the same one again, at what is in trouble.
	 *
	 * @param chosen null: there is none.
	 */
	survey(chosen: ChosenSigner | null): void {
		this.#refuseWhileRunning();
		this.#survey.with(chosen);
	}

	/** @param id null: every document that wants one. @returns how many it opened. */
	unlock(id: RowId | null, password: string): Promise<number> {
		return this.#survey.unlock(id, password);
	}

	wish(wish: BatchWish): void {
		this.#refuseWhileRunning();
		const before = this.#wish;
		this.#wish = wish;
		this.#survey.wished(before);
		this.#rows.changed();
	}

	/** @param place null: as for all. */
	place(id: RowId, place: MarkPlace | null): void {
		this.#refuseWhileRunning();
		this.#known(id);
		this.#rows.update(id, { ownPlace: place });
		this.#survey.look(id);
	}

	/** @param path null: beside each original. */
	output(path: string | null): void {
		this.#refuseWhileRunning();
		this.#output = path;
		for (const row of this.#rows.open) this.#rows.update(row.id, { out: undefined });
		this.#survey.checkOutputs();
		this.#rows.changed();
	}

	/** Opens a document of the batch to be looked at; the very bytes that will be signed. */
	async open(id: RowId, reading: boolean): Promise<OpenDocument> {
		const row = this.#known(id);
		const shown = row.state === 'signed' || row.state === 'incomplete' ? (row.out ?? row.path) : row.path;
		const opened = await this.#parts.documents.openAside(shown, row.password);
		if (shown === row.path && opened.sha256 !== row.sha256) this.#survey.look(id);
		else if (reading && !row.read) this.#rows.update(id, { read: true });
		return opened;
	}

	/** Begins the run. @param stand opens the signer: whatever fails there, nothing was signed. */
	async start(certificate: Certificate, stand: () => Promise<StandingSigner>): Promise<void> {
		this.#refuseWhileRunning();
		const ready = this.#rows.all.filter(isSignable);
		if (ready.length === 0) throw new BatchError('batch-empty', 'No document of the batch can be signed.');
		const folder = this.#folderFor(ready);
		if (folder !== null) mkdirSync(folder, { recursive: true });
		const rows = withOutputs([...ready, ...this.#incomplete()], folder);
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
			if (isUnfinished(state)) this.#survey.look(id);
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
		this.#survey.forget();
		this.#run?.cancel();
		await this.#working;
		this.#rows.flush();
	}

	#begin(rows: readonly RowToSign[], sources: ProofSources, openSigner: () => Promise<Signer>): void {
		const run = new RunningBatch({
			rows,
			wish: this.#wish,
			sources,
			neededUntil: unprovenUntil(this.#due, this.#wish.level, sources.offline),
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

	/** Null: beside each original. */
	#folderFor(rows: readonly Row[]): string | null {
		return this.#output ?? (rows.some((row) => row.folder === null) ? this.#parts.fallbackFolder : null);
	}

	#summary(): BatchSummary {
		const run = this.#run;
		const { all } = this.#rows;
		const folder = this.#folderFor(all);
		return {
			phase: this.#phase,
			outlook: this.#survey.outlook,
			wish: this.#wish,
			folder: folder === null ? null : basename(folder),
			folderNeeded: all.some((row) => row.folder === null),
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
		const before = this.#due?.getTime();
		this.#due = this.#parts.dueOf(this.#rows.all.map(({ path }) => path));
		if (this.#due?.getTime() !== before) this.#survey.dueChanged();
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
		this.#wish = saved.wish;
		this.#findDue();
		this.#output = saved.folder;
		this.#signer = saved.signer;
		this.#begun = saved.begun;
		this.#phase = saved.rows.some(({ state }) => isUnfinished(state)) ? 'interrupted' : 'ended';
	}

	#startAnew(): void {
		this.#rows.clear();
		this.#survey.forget();
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

/** What another run has to do with: one that is stamped has its signature already. */
const isUnfinished = (state: RowState): boolean =>
	state === 'failed' || state === 'cancelled' || state === 'trouble' || state === 'proving';
