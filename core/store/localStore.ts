import { join } from 'node:path';
import type { Keystore } from '../ports/keystore.ts';
import { AccountTable } from './accountTable.ts';
import { BlobTable } from './blobTable.ts';
import { type Database, openDatabase } from './database.ts';
import { DraftTable } from './draftTable.ts';
import { KeptSignatureTable } from './keptSignatureTable.ts';
import { OutboxTable } from './outboxTable.ts';
import { PostingTable } from './postingTable.ts';
import { migrations } from './schema.ts';
import { type KeyPlace, storeKey } from './storeKey.ts';
import { UploadTable } from './uploadTable.ts';

/** What this device keeps of postings, encrypted; the same for the window and the command line, which may run at once. */
export class LocalStore {
	readonly account: AccountTable;
	readonly postings: PostingTable;
	readonly outbox: OutboxTable;
	readonly blobs: BlobTable;
	readonly uploads: UploadTable;
	readonly drafts: DraftTable;
	readonly keptSignatures: KeptSignatureTable;
	readonly #database: Database;

	private constructor(database: Database) {
		this.#database = database;
		this.account = new AccountTable(database);
		this.postings = new PostingTable(database);
		this.outbox = new OutboxTable(database);
		this.blobs = new BlobTable(database);
		this.uploads = new UploadTable(database);
		this.drafts = new DraftTable(database);
		this.keptSignatures = new KeptSignatureTable(database);
	}

	/** @param path of the database. @throws {DatabaseError} */
	static open(path: string, key: Uint8Array): LocalStore {
		return new LocalStore(openDatabase(path, { key, migrations }));
	}

	/** All of what `work` writes, or nothing; no other process writes in between. */
	transaction<Result>(work: () => Result): Result {
		return this.#database.transaction(work).immediate();
	}

	/** Forgets the account and all that belongs to it. */
	forget(): void {
		const tables = ['account', 'posting', 'outbox', 'upload', 'draft', 'keptSignature', 'blobPart', 'blob'];
		this.#database.transaction(() => {
			for (const table of tables) this.#database.prepare(`DELETE FROM ${table}`).run();
		})();
	}

	close(): void {
		this.#database.close();
	}
}

export interface OpenedStore {
	readonly store: LocalStore;
	/** A key in a file is said once, when it was made. */
	readonly key: { readonly place: KeyPlace; readonly made: boolean };
}

/**
 * Opens the store of a folder, made on first use.
 *
 * @throws {KeystoreError} {DatabaseError}
 */
export async function openLocalStore(folder: string, keystore: Keystore): Promise<OpenedStore> {
	const { key, place, made } = await storeKey(join(folder, 'store.key'), keystore);
	return { store: LocalStore.open(join(folder, 'store.db'), key), key: { place, made } };
}
