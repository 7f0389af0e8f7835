import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../core/ports/clock.ts';
import type { Fetcher } from '../../core/ports/fetcher.ts';
import type { Keystore } from '../../core/ports/keystore.ts';
import { type LocalStore, type OpenedStore, openLocalStore } from '../../core/store/localStore.ts';
import { Synchroniser } from '../../core/sync/synchroniser.ts';

export interface LocalPostingsOptions {
	/** Where the store is. */
	readonly folder: string;
	readonly keystore: Keystore;
	readonly fetcher: () => Fetcher;
	readonly clock: Clock;
	/** Told when anything in the store may be another. */
	readonly changed: () => void;
	/** Whether to keep exchanging with the service while it is open: for a window, not for one command. */
	readonly follows: boolean;
}

export interface OpenedPostings {
	readonly store: LocalStore;
	readonly sync: Synchroniser;
	readonly key: OpenedStore['key'];
}

/** The store of this user's postings with what keeps it in step; opened when somebody first needs it. */
export class LocalPostings {
	readonly #options: LocalPostingsOptions;
	#opened: Promise<OpenedPostings> | undefined;

	constructor(options: LocalPostingsOptions) {
		this.#options = options;
	}

	/** Whether there ever was an account or a draft: whoever has none is not asked to unlock a keyring. */
	get exists(): boolean {
		return existsSync(join(this.#options.folder, 'store.db'));
	}

	/** @throws {KeystoreError} {DatabaseError} */
	open(): Promise<OpenedPostings> {
		this.#opened ??= this.#open().catch((error: unknown) => {
			// Somebody may unlock the keyring, and try again.
			this.#opened = undefined;
			throw error;
		});
		return this.#opened;
	}

	async close(): Promise<void> {
		const opened = await this.#opened?.catch(() => undefined);
		await opened?.sync.stop();
		opened?.store.close();
	}

	async #open(): Promise<OpenedPostings> {
		const { folder, keystore, fetcher, clock, changed, follows } = this.#options;
		const { store, key } = await openLocalStore(folder, keystore);
		const sync = new Synchroniser({ store, fetcher, clock, changed });
		// How things are before anything comes from the service.
		changed();
		if (follows) sync.start();
		return { store, key, sync };
	}
}
