import { createHash, randomUUID } from 'node:crypto';
import type { NewRow, Row } from '../db/schema.ts';
import type { Main, MainTransaction } from '../db/serviceDatabase.ts';
import type { DocumentKey } from '../keys/documentKeys.ts';
import { randomKey } from '../keys/seal.ts';
import type { Tenant } from '../keys/tenant.ts';
import { BlobError } from './blobError.ts';
import { decryptRange, encryptChunks } from './chunkCipher.ts';
import type { ObjectStore } from './objectStore.ts';

/** A blob that lies in the store, and becomes the document's with {@link Blobs.keep}. */
export interface StagedBlob {
	/** Of the plain bytes, hex. */
	readonly sha256: string;
	readonly length: number;
	readonly row: NewRow<'blob'>;
}

export interface ByteRange {
	readonly start: number;
	/** Not included. */
	readonly end: number;
}

/** A stored revision, read by ranges. */
export interface StoredBlob {
	readonly sha256: string;
	readonly length: number;
	/** Decrypted and checked. @throws {BlobError} `blob-damaged`, `blob-missing` */
	read(range?: ByteRange): AsyncIterable<Uint8Array>;
}

/**
 * The revisions of documents, encrypted at rest. Bytes are written to the store first and become part of the document
 * in the transaction that inserts their row; what never got a row is swept up later.
 */
export class Blobs {
	readonly store: ObjectStore;

	constructor(store: ObjectStore) {
		this.store = store;
	}

	/**
	 * Encrypts a revision into the store. Not part of any transaction: it may take its time.
	 *
	 * @param length what the source will give.
	 * @throws {BlobError} `blob-length`
	 */
	async stage(
		tenant: Tenant,
		document: DocumentKey,
		source: AsyncIterable<Uint8Array>,
		length: number,
	): Promise<StagedBlob> {
		const object = randomUUID();
		const key = randomKey();
		const hash = createHash('sha256');
		const identity = { tenant: tenant.id, object, length };
		await this.store.put(object, encryptChunks(hashing(source, hash), key, identity));
		const sha256 = hash.digest('hex');
		const now = Date.now();
		const wrapped = document.seal(key, wrapContext(object));
		const place = { tenant: tenant.id, document: document.document };
		return {
			sha256,
			length,
			row: { ...place, sha256, length, object, wrapped, createdAt: now, checkedAt: now, damaged: 0 },
		};
	}

	/** Makes a staged blob a revision of its document; the same bytes a second time change nothing. */
	async keep(trx: MainTransaction, { row }: StagedBlob): Promise<void> {
		await trx
			.insertInto('blob')
			.values(row)
			.onConflict((conflict) => conflict.doNothing())
			.execute();
	}

	/** Takes back what will not be kept. */
	async discard({ row }: StagedBlob): Promise<void> {
		await this.store.remove(row.object);
	}

	/** @throws {BlobError} `blob-missing`, {KeyError} `key-destroyed` */
	async open(db: Main | MainTransaction, tenant: Tenant, document: string, sha256: string): Promise<StoredBlob> {
		const row = await db
			.selectFrom('blob')
			.selectAll()
			.where('tenant', '=', tenant.id)
			.where('document', '=', document)
			.where('sha256', '=', sha256)
			.executeTakeFirst();
		if (row === undefined)
			throw new BlobError('blob-missing', 'There is no such revision of this document.', {
				hint: 'Ask for the posting again: it names the revisions there are.',
				subject: sha256,
			});
		return this.reader(row, await tenant.documentKeys.require(db, document));
	}

	/** What a row stands for, with its document's key. */
	reader(row: Row<'blob'>, document: DocumentKey): StoredBlob {
		const key = document.unseal(row.wrapped, wrapContext(row.object));
		const { sha256, length, object, tenant } = row;
		const stored = (start: number, end: number) => this.store.get(object, start, end);
		return {
			sha256,
			length,
			read: ({ start, end } = { start: 0, end: length }) =>
				decryptRange(stored, key, { tenant, object, length }, { start, end: Math.min(end, length) }),
		};
	}

	/** Whether anything is kept for this document. */
	async hasAny(db: Main | MainTransaction, tenant: Tenant, document: string): Promise<boolean> {
		const query = db
			.selectFrom('blob')
			.select('sha256')
			.where('tenant', '=', tenant.id)
			.where('document', '=', document);
		return (await query.limit(1).executeTakeFirst()) !== undefined;
	}

	/** The documents of the tenant that have these bytes for a revision. */
	async documentsWith(db: Main | MainTransaction, tenant: Tenant, sha256: string): Promise<readonly string[]> {
		const rows = await db
			.selectFrom('blob')
			.select('document')
			.where('tenant', '=', tenant.id)
			.where('sha256', '=', sha256)
			.execute();
		return rows.map(({ document }) => document);
	}

	/**
	 * Destroys a document: its key, and its rows. The objects follow by the sweep; without the key they are noise already.
	 */
	async destroy(trx: MainTransaction, tenant: Tenant, document: string): Promise<void> {
		await tenant.documentKeys.destroy(trx, document);
		await trx.deleteFrom('blob').where('tenant', '=', tenant.id).where('document', '=', document).execute();
	}
}

const wrapContext = (object: string): string => `blob-key:${object}`;

async function* hashing(
	source: AsyncIterable<Uint8Array>,
	hash: { update(bytes: Uint8Array): unknown },
): AsyncIterable<Uint8Array> {
	for await (const bytes of source) {
		hash.update(bytes);
		yield bytes;
	}
}
