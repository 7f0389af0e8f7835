import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { Row } from '../db/schema.ts';
import type { Main } from '../db/serviceDatabase.ts';
import { isUniqueViolation } from '../db/violations.ts';
import { randomKey, seal, unseal } from '../keys/seal.ts';
import type { Tenant } from '../keys/tenant.ts';
import { inPieces } from './chunkCipher.ts';
import type { ObjectStore } from './objectStore.ts';
import { UploadError } from './uploadError.ts';

/** Octets that are encrypted and kept together: what is lost when a connection breaks is less than one. */
const SEGMENT = 4 * 1024 * 1024;
/** What no op has named after a day is forgotten. */
const LIFE = 24 * 3_600_000;

export interface NewUpload {
	readonly person: string;
	readonly length: number;
	/** Of all of it, hex. */
	readonly sha256: string;
}

/** An upload on its way. */
export interface UploadState {
	readonly id: string;
	readonly length: number;
	readonly received: number;
	readonly expiresAt: Date;
}

/** Bytes that somebody uploaded, whole and with the digest they declared. */
export interface Uploaded {
	readonly length: number;
	read(): AsyncIterable<Uint8Array>;
}

/**
 * Uploads that can be broken off and gone on with, at any instance. What has come is kept in segments, each encrypted under
 * the upload's own key; its row in the database says that it is there.
 */
export class Uploads {
	readonly #main: Main;
	readonly #store: ObjectStore;
	readonly #clock: Clock;
	/** Octets that one person may have waiting. */
	readonly #quota: number;

	constructor(parts: {
		readonly main: Main;
		readonly store: ObjectStore;
		readonly clock: Clock;
		readonly quota: number;
	}) {
		this.#main = parts.main;
		this.#store = parts.store;
		this.#clock = parts.clock;
		this.#quota = parts.quota;
	}

	/** @throws {UploadError} `upload-quota` */
	async begin(tenant: Tenant, { person, length, sha256 }: NewUpload): Promise<UploadState> {
		const { waiting } = await this.#main
			.selectFrom('upload')
			.select(({ fn }) => fn.sum<number | null>('length').as('waiting'))
			.where('tenant', '=', tenant.id)
			.where('person', '=', person)
			.executeTakeFirstOrThrow();
		if (Number(waiting ?? 0) + length > this.#quota)
			throw new UploadError('upload-quota', 'Too much of yours is waiting to be used already.');
		const id = randomUUID();
		const now = this.#clock.now().getTime();
		const wrapped = await tenant.key.wrap(randomKey(), keyContext(tenant, id));
		const row = { tenant: tenant.id, id, person, length, received: 0, sha256, complete: 0, wrapped };
		await this.#main
			.insertInto('upload')
			.values({ ...row, createdAt: now, expiresAt: now + LIFE })
			.execute();
		return { id, length, received: 0, expiresAt: new Date(now + LIFE) };
	}

	/** @throws {UploadError} `upload-gone`: never begun, somebody else's, or forgotten. */
	async state(tenant: Tenant, person: string, id: string): Promise<UploadState> {
		const row = await this.#row(tenant, person, id);
		return { id, length: row.length, received: row.received, expiresAt: new Date(row.expiresAt) };
	}

	/**
	 * Takes what comes, from `offset` on, until the source ends or breaks off; what has come by then stays.
	 *
	 * @returns how much there is now.
	 * @throws {UploadError} `upload-offset`, `upload-too-long`, `upload-digest`
	 */
	async append(
		tenant: Tenant,
		person: string,
		id: string,
		{ offset, source }: { readonly offset: number; readonly source: AsyncIterable<Uint8Array> },
	): Promise<number> {
		const row = await this.#row(tenant, person, id);
		if (row.received !== offset) throw wrongOffset(row.received);
		const key = await tenant.key.unwrap(row.wrapped, keyContext(tenant, id));
		let received = offset;
		try {
			for await (const bytes of inPieces(whatComes(source), SEGMENT)) {
				if (received + bytes.length > row.length)
					throw new UploadError('upload-too-long', `More came than the ${row.length} bytes that were announced.`);
				await this.#keepSegment(tenant, id, { key, bytes, position: received });
				received += bytes.length;
			}
		} finally {
			key.fill(0);
		}
		if (received === row.length && row.complete === 0) await this.#complete(tenant, row);
		return received;
	}

	/** What a person uploaded, by its digest; undefined where there is none, or not all of it. */
	async open(tenant: Tenant, person: string, sha256: string): Promise<Uploaded | undefined> {
		const row = await this.#main
			.selectFrom('upload')
			.selectAll()
			.where('tenant', '=', tenant.id)
			.where('person', '=', person)
			.where('sha256', '=', sha256)
			.where('complete', '=', 1)
			.where('expiresAt', '>', this.#clock.now().getTime())
			.executeTakeFirst();
		return row && { length: row.length, read: () => this.#read(tenant, row) };
	}

	/** Forgets one; its segments are removed at once. */
	async remove(tenant: Tenant, person: string, id: string): Promise<void> {
		await this.#row(tenant, person, id);
		await this.#forget(tenant.id, id);
	}

	/** Forgets what is too old. @returns how many. */
	async expire(): Promise<number> {
		const old = await this.#main
			.selectFrom('upload')
			.select(['tenant', 'id'])
			.where('expiresAt', '<=', this.#clock.now().getTime())
			.execute();
		for (const { tenant, id } of old) await this.#forget(tenant, id);
		return old.length;
	}

	/** The object first: a row without one would be a promise. Of two writers at one position, the second is told. */
	async #keepSegment(
		tenant: Tenant,
		upload: string,
		{ key, bytes, position }: { readonly key: Uint8Array; readonly bytes: Uint8Array; readonly position: number },
	): Promise<void> {
		const object = randomUUID();
		const sealed = seal(key, bytes, segmentContext(tenant, upload, position));
		await this.#store.put(object, only(sealed));
		try {
			await this.#main.transaction().execute(async (trx) => {
				const { numUpdatedRows } = await trx
					.updateTable('upload')
					.set({ received: position + bytes.length })
					.where('tenant', '=', tenant.id)
					.where('id', '=', upload)
					.where('received', '=', position)
					.executeTakeFirst();
				if (numUpdatedRows !== 1n) throw wrongOffset(undefined);
				await trx
					.insertInto('uploadSegment')
					.values({ tenant: tenant.id, upload, position, length: bytes.length, object })
					.execute();
			});
		} catch (error) {
			await this.#store.remove(object);
			throw isUniqueViolation(error) ? wrongOffset(undefined) : error;
		}
	}

	async #complete(tenant: Tenant, row: Row<'upload'>): Promise<void> {
		const hash = createHash('sha256');
		for await (const bytes of this.#read(tenant, row)) hash.update(bytes);
		if (hash.digest('hex') !== row.sha256) {
			await this.#forget(tenant.id, row.id);
			throw new UploadError('upload-digest', 'What came is not what its digest says.');
		}
		await this.#main
			.updateTable('upload')
			.set({ complete: 1 })
			.where('tenant', '=', tenant.id)
			.where('id', '=', row.id)
			.execute();
	}

	async *#read(tenant: Tenant, row: Row<'upload'>): AsyncIterable<Uint8Array> {
		const key = await tenant.key.unwrap(row.wrapped, keyContext(tenant, row.id));
		const segments = await this.#main
			.selectFrom('uploadSegment')
			.selectAll()
			.where('tenant', '=', tenant.id)
			.where('upload', '=', row.id)
			.orderBy('position')
			.execute();
		for (const { object, position } of segments) {
			const size = await this.#store.size(object);
			const parts: Uint8Array[] = [];
			for await (const part of this.#store.get(object, 0, size ?? 0)) parts.push(part);
			yield unseal(key, Buffer.concat(parts), segmentContext(tenant, row.id, position));
		}
	}

	async #row(tenant: Tenant, person: string, id: string): Promise<Row<'upload'>> {
		const row = await this.#main
			.selectFrom('upload')
			.selectAll()
			.where('tenant', '=', tenant.id)
			.where('id', '=', id)
			.where('person', '=', person)
			.where('expiresAt', '>', this.#clock.now().getTime())
			.executeTakeFirst();
		if (row !== undefined) return row;
		throw new UploadError('upload-gone', 'There is no such upload, or it was forgotten.');
	}

	async #forget(tenant: string, id: string): Promise<void> {
		const segments = await this.#main
			.selectFrom('uploadSegment')
			.select('object')
			.where('tenant', '=', tenant)
			.where('upload', '=', id)
			.execute();
		for (const { object } of segments) await this.#store.remove(object);
		await this.#main.transaction().execute(async (trx) => {
			await trx.deleteFrom('uploadSegment').where('tenant', '=', tenant).where('upload', '=', id).execute();
			await trx.deleteFrom('upload').where('tenant', '=', tenant).where('id', '=', id).execute();
		});
	}
}

async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}

/** A connection that breaks ends the source; what it brought until then counts. */
async function* whatComes(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
	try {
		yield* source;
	} catch (error) {
		if (!isBrokenConnection(error)) throw error;
	}
}

function isBrokenConnection(error: unknown): boolean {
	if (!(error instanceof Error) || !('code' in error)) return false;
	return error.code === 'ECONNRESET' || error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ABORT_ERR';
}

const wrongOffset = (received: number | undefined): UploadError =>
	new UploadError(
		'upload-offset',
		received === undefined ? 'Somebody else sends this part.' : `The next byte is number ${received}.`,
	);

const keyContext = (tenant: Tenant, id: string): string => `upload-key:${tenant.id}:${id}`;
const segmentContext = (tenant: Tenant, id: string, position: number): string =>
	`upload:${tenant.id}:${id}:${position}`;
