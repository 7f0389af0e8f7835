import type { Main, MainTransaction } from '../db/serviceDatabase.ts';
import { KeyError } from './keyError.ts';
import { KEY_LENGTH, randomKey, seal, unseal } from './seal.ts';
import type { TenantKey } from './tenantKey.ts';

/** A document's (or posting's) own key. Holds it for a request; is never kept longer. */
export class DocumentKey {
	readonly document: string;
	readonly #key: Uint8Array;

	constructor(document: string, key: Uint8Array) {
		this.document = document;
		this.#key = key;
	}

	/** Encrypts a blob's key, or a value of the document. @param context binds it to its place. */
	seal(plain: Uint8Array, context: string): Buffer {
		return seal(this.#key, plain, `${context}:${this.document}`);
	}

	/** @throws {KeyError} `sealed-damaged` */
	unseal(sealed: Uint8Array, context: string): Buffer {
		return unseal(this.#key, sealed, `${context}:${this.document}`);
	}
}

/** Unwrapped keys that are kept for a while: an HSM gives some hundred a second. */
const KEPT = 2000;

/**
 * The keys of one tenant's documents, each in a row of its own. Whoever deletes the row makes everything that was
 * encrypted under it unreadable, in the stores and in every backup that outlives the short life of key backups.
 */
export class DocumentKeys {
	readonly #tenant: string;
	readonly #tenantKey: TenantKey;
	/** By the wrapped form, so that a key is only of use while its row is there. */
	readonly #unwrapped = new Map<string, Uint8Array>();

	constructor(tenant: string, tenantKey: TenantKey) {
		this.#tenant = tenant;
		this.#tenantKey = tenantKey;
	}

	/** The document's key, made where there is none. */
	async obtain(db: Main | MainTransaction, document: string): Promise<DocumentKey> {
		const known = await this.find(db, document);
		if (known !== undefined) return known;
		const wrapped = await this.#tenantKey.wrap(randomKey(), this.#context(document));
		await db
			.insertInto('documentKey')
			.values({ tenant: this.#tenant, document, wrapped, createdAt: Date.now() })
			.onConflict((conflict) => conflict.doNothing())
			.execute();
		return this.require(db, document);
	}

	/** @throws {KeyError} `key-destroyed` */
	async require(db: Main | MainTransaction, document: string): Promise<DocumentKey> {
		const key = await this.find(db, document);
		if (key !== undefined) return key;
		throw new KeyError('key-destroyed', 'The key of this document was destroyed: it cannot be read any more.', {
			hint: 'Documents end at their deletion time. There is no way back.',
			subject: document,
		});
	}

	async find(db: Main | MainTransaction, document: string): Promise<DocumentKey | undefined> {
		const row = await db
			.selectFrom('documentKey')
			.select('wrapped')
			.where('tenant', '=', this.#tenant)
			.where('document', '=', document)
			.executeTakeFirst();
		return row && new DocumentKey(document, await this.#unwrap(row.wrapped, document));
	}

	/** Destroys the key, in the transaction that says so. */
	async destroy(trx: MainTransaction, document: string): Promise<void> {
		await trx.deleteFrom('documentKey').where('tenant', '=', this.#tenant).where('document', '=', document).execute();
	}

	async #unwrap(wrapped: Buffer, document: string): Promise<Uint8Array> {
		const name = wrapped.toString('base64');
		const known = this.#unwrapped.get(name);
		if (known !== undefined) return known;
		const key = await this.#tenantKey.unwrap(wrapped, this.#context(document));
		if (key.length !== KEY_LENGTH) throw new TypeError('a document key has 32 bytes');
		const [oldest] = this.#unwrapped.keys();
		if (this.#unwrapped.size >= KEPT && oldest !== undefined) this.#unwrapped.delete(oldest);
		this.#unwrapped.set(name, key);
		return key;
	}

	#context(document: string): string {
		return `document-key:${this.#tenant}:${document}`;
	}
}
