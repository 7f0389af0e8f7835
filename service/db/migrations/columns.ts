import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from '../serviceDatabase.ts';

/** Types that the two databases call differently. */
export interface ColumnTypes {
	readonly bytes: RawBuilder<unknown>;
	/** A whole number of 64 bits. */
	readonly integer: RawBuilder<unknown>;
}

export const columnTypes = (dialect: Dialect): ColumnTypes =>
	dialect === 'postgres' ? { bytes: sql`bytea`, integer: sql`bigint` } : { bytes: sql`blob`, integer: sql`integer` };
