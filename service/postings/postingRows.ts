/** Postings in the database: one encrypted column, what must be asked for beside it, and who may see them. */
import type { Person } from '../../core/postings/actor.ts';
import { nextDue } from '../../core/postings/due.ts';
import { type LivePosting, livePosting, type Posting, purgedPosting } from '../../core/postings/posting.ts';
import { isBundleOwed, receiptsOwed } from '../../core/postings/transitions/retention.ts';
import type { Dialect, Main, MainTransaction } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';

/** The posting was changed by somebody else since it was read: the transaction is begun anew. */
export class StalePosting extends Error {}

const bodyContext = 'posting:body';

export class PostingRows {
	readonly #dialect: Dialect;

	constructor(dialect: Dialect) {
		this.#dialect = dialect;
	}

	async find(db: Main | MainTransaction, tenant: Tenant, id: string): Promise<Posting | undefined> {
		return this.#read(db, tenant, id, false);
	}

	/** Be it purged. */
	async exists(db: Main | MainTransaction, tenant: Tenant, id: string): Promise<boolean> {
		const query = db.selectFrom('posting').select('id').where('tenant', '=', tenant.id).where('id', '=', id);
		return (await query.executeTakeFirst()) !== undefined;
	}

	/** To change it in this transaction: whoever else wants to, waits. */
	async take(trx: MainTransaction, tenant: Tenant, id: string): Promise<Posting | undefined> {
		return this.#read(trx, tenant, id, true);
	}

	async #read(db: Main | MainTransaction, tenant: Tenant, id: string, lock: boolean): Promise<Posting | undefined> {
		const query = db.selectFrom('posting').selectAll().where('tenant', '=', tenant.id).where('id', '=', id);
		// SQLite has one writer at a time as it is.
		const row = await (lock && this.#dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst();
		if (row === undefined) return undefined;
		if (row.bodySealed === null) return purgedPosting.parse(JSON.parse(row.tombstone ?? ''));
		const key = await tenant.documentKeys.require(db, id);
		return livePosting.parse(JSON.parse(key.unseal(row.bodySealed, bodyContext).toString('utf8')));
	}

	/**
	 * @param before what {@link take} gave in the same transaction.
	 * @throws {StalePosting}
	 */
	async store(trx: MainTransaction, tenant: Tenant, posting: Posting, before: Posting | undefined, now: Date) {
		const columns =
			posting.state === 'purged'
				? { bodySealed: null, tombstone: JSON.stringify(posting), dueAt: null }
				: { bodySealed: await sealed(trx, tenant, posting), tombstone: null, dueAt: dueAt(posting, now) };
		const row = { ...columns, state: posting.state, version: posting.version, updatedAt: now.getTime() };
		if (before === undefined) {
			const deleteAt = posting.state === 'purged' ? 0 : Date.parse(posting.deleteAt);
			await trx
				.insertInto('posting')
				.values({ ...row, tenant: tenant.id, id: posting.id, deleteAt })
				.execute();
		} else {
			const deleteAt = posting.state === 'purged' ? {} : { deleteAt: Date.parse(posting.deleteAt) };
			const { numUpdatedRows } = await trx
				.updateTable('posting')
				.set({ ...row, ...deleteAt })
				.where('tenant', '=', tenant.id)
				.where('id', '=', posting.id)
				.where('version', '=', before.version)
				.executeTakeFirst();
			if (numUpdatedRows !== 1n) throw new StalePosting(`posting ${posting.id} was changed meanwhile`);
		}
		// Who could see a posting learns that it was purged.
		if (posting.state !== 'purged') await this.#storeAccess(trx, tenant, posting);
	}

	async #storeAccess(trx: MainTransaction, tenant: Tenant, posting: LivePosting): Promise<void> {
		const rows = accessRows(tenant, posting);
		await trx.deleteFrom('access').where('tenant', '=', tenant.id).where('posting', '=', posting.id).execute();
		await trx
			.insertInto('access')
			.values(rows)
			.onConflict((conflict) => conflict.doNothing())
			.execute();
	}

	/** Postings that may be the person's, in the order of their ids; each has still to be asked what they are to it. */
	async idsFor(
		db: Main | MainTransaction,
		tenant: Tenant,
		person: Person,
		page: { readonly after?: string | undefined; readonly limit: number },
	): Promise<readonly string[]> {
		let query = db
			.selectFrom('access')
			.select('posting')
			.distinct()
			.where('tenant', '=', tenant.id)
			.where('person', 'in', personIndexes(tenant, person));
		if (page.after !== undefined) query = query.where('posting', '>', page.after);
		const rows = await query.orderBy('posting').limit(page.limit).execute();
		return rows.map(({ posting }) => posting);
	}

	/** Those of the tenant for which the clock has something to do. */
	async dueIds(db: Main, tenant: Tenant, now: Date, limit: number): Promise<readonly string[]> {
		const rows = await db
			.selectFrom('posting')
			.select('id')
			.where('tenant', '=', tenant.id)
			.where('dueAt', '<=', now.getTime())
			.orderBy('dueAt')
			.limit(limit)
			.execute();
		return rows.map(({ id }) => id);
	}

	/** Lets the clock come back to a posting later: what it wanted could not be done. */
	async postpone(db: Main, tenant: Tenant, id: string, until: Date): Promise<void> {
		await db
			.updateTable('posting')
			.set({ dueAt: until.getTime() })
			.where('tenant', '=', tenant.id)
			.where('id', '=', id)
			.execute();
	}
}

async function sealed(trx: MainTransaction, tenant: Tenant, posting: LivePosting): Promise<Buffer> {
	const key = await tenant.documentKeys.obtain(trx, posting.id);
	return key.seal(Buffer.from(JSON.stringify(posting), 'utf8'), bodyContext);
}

/** Receipts and the bundle are made by the clock, as soon as they can be. */
function dueAt(posting: LivePosting, now: Date): number {
	const isOwed = receiptsOwed(posting).length > 0 || isBundleOwed(posting);
	return isOwed ? now.getTime() : Date.parse(nextDue(posting));
}

/** Blind indexes by which the postings of a person are found. */
export const personIndexes = ({ columns }: Tenant, { user, identifiers, emails }: Person): string[] => [
	columns.blindIndex('user', user),
	...identifiers.map((identifier) => columns.blindIndex('identifier', identifier)),
	...emails.map((email) => columns.blindIndex('email', email)),
];

function accessRows({ id: tenant, columns }: Tenant, posting: LivePosting) {
	const row = (kind: string, value: string, relation: string) => ({
		tenant,
		posting: posting.id,
		person: columns.blindIndex(kind, value),
		relation,
	});
	const signatories = posting.signatories.filter(({ notifiedAt }) => notifiedAt !== null);
	return [
		row('user', posting.owner.user, 'owner'),
		...signatories.map(({ user, identity, email }) => {
			if (user !== null) return row('user', user, 'signatory');
			return identity.kind === 'identifier'
				? row('identifier', identity.identifier, 'signatory')
				: row('email', email, 'signatory');
		}),
	];
}
