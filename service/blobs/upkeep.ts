/** Looks after the store: bytes that rotted are found before they are wanted, and bytes that nobody names are removed. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import type { Row } from '../db/schema.ts';
import type { Main } from '../db/serviceDatabase.ts';
import { KeyError } from '../keys/keyError.ts';
import type { Tenants } from '../tenants.ts';
import { BlobError } from './blobError.ts';
import type { Blobs } from './blobs.ts';

/** An object that has no row may be one whose transaction is still under way. */
const PATIENCE = 24 * 3_600_000;

export interface UpkeepParts {
	readonly main: Main;
	readonly blobs: Blobs;
	readonly tenants: Tenants;
	readonly clock: Clock;
}

export type BlobState = 'sound' | 'damaged';

/**
 * Reads, decrypts and hashes the blobs that were not looked at for the longest time, up to so many bytes.
 *
 * @returns those that are damaged or gone, for an alarm.
 */
export async function scrub(
	{ main, blobs, tenants, clock }: UpkeepParts,
	bytes: number,
	signal: AbortSignal,
): Promise<readonly Row<'blob'>[]> {
	const damaged: Row<'blob'>[] = [];
	let left = bytes;
	const rows = await main.selectFrom('blob').selectAll().orderBy('checkedAt').limit(1000).execute();
	for (const row of rows) {
		if (left <= 0 || signal.aborted) break;
		left -= row.length;
		const state = await checkBlob({ main, blobs, tenants }, row);
		if (state === undefined) continue;
		if (state === 'damaged') damaged.push(row);
		await main
			.updateTable('blob')
			.set({ checkedAt: clock.now().getTime(), damaged: state === 'damaged' ? 1 : 0 })
			.where('tenant', '=', row.tenant)
			.where('document', '=', row.document)
			.where('sha256', '=', row.sha256)
			.execute();
	}
	return damaged;
}

/** @returns undefined for one whose document was destroyed meanwhile. @throws where the store does not answer. */
export async function checkBlob(
	{ main, blobs, tenants }: Pick<UpkeepParts, 'main' | 'blobs' | 'tenants'>,
	row: Row<'blob'>,
): Promise<BlobState | undefined> {
	const tenant = [...tenants].find(({ id }) => id === row.tenant);
	const key = await tenant?.documentKeys.find(main, row.document);
	if (key === undefined) return undefined;
	const hash = createHash('sha256');
	try {
		for await (const piece of blobs.reader(row, key).read()) hash.update(piece);
	} catch (error) {
		const isDamage = error instanceof BlobError ? error.code !== 'store-unreachable' : error instanceof KeyError;
		if (!isDamage) throw error;
		return 'damaged';
	}
	return hash.digest('hex') === row.sha256 ? 'sound' : 'damaged';
}

/** Removes objects that no row names: of uploads that broke off, of documents that were destroyed. @returns how many. */
export async function sweep({ main, blobs, clock }: UpkeepParts, signal: AbortSignal): Promise<number> {
	const limit = clock.now().getTime() - PATIENCE;
	let removed = 0;
	for await (const { name, modifiedAt } of blobs.store.list()) {
		if (signal.aborted) break;
		if (modifiedAt.getTime() > limit || (await isNamed(main, name))) continue;
		await blobs.store.remove(name);
		removed += 1;
	}
	return removed;
}

async function isNamed(main: Main, object: string): Promise<boolean> {
	const blob = await main.selectFrom('blob').select('object').where('object', '=', object).executeTakeFirst();
	if (blob !== undefined) return true;
	const segment = await main
		.selectFrom('uploadSegment')
		.select('object')
		.where('object', '=', object)
		.executeTakeFirst();
	return segment !== undefined;
}
