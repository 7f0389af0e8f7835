import { genesis } from '../../core/evidence/event.ts';
import { newUuid } from '../../core/postings/identifiers.ts';
import type { ServiceDatabase } from '../db/serviceDatabase.ts';
import { Columns } from './columns.ts';
import { DocumentKeys } from './documentKeys.ts';
import { KeyError } from './keyError.ts';
import { randomKey } from './seal.ts';
import type { TenantKey } from './tenantKey.ts';

/** One customer of the service: a name, and the keys under which everything of his is encrypted. */
export interface Tenant {
	/** UUIDv7. */
	readonly id: string;
	/** As the configuration calls it. */
	readonly name: string;
	readonly columns: Columns;
	readonly documentKeys: DocumentKeys;
	/** For what belongs to no document yet. */
	readonly key: TenantKey;
}

/**
 * Opens a tenant, or begins it.
 *
 * @throws {KeyError} `tenant-key-wrong` where the key is not the one that the tenant's data were encrypted with.
 */
export async function openTenant(database: ServiceDatabase, name: string, key: TenantKey): Promise<Tenant> {
	const id = await beginTenant(database, name);
	const columns = await purposeKey(database, id, key, 'columns');
	const index = await purposeKey(database, id, key, 'index');
	return { id, name, columns: new Columns({ columns, index }), documentKeys: new DocumentKeys(id, key), key };
}

/** @returns the tenant's id. */
async function beginTenant({ main }: ServiceDatabase, name: string): Promise<string> {
	const fresh = newUuid();
	const { seq, hash } = genesis(fresh);
	await main
		.insertInto('tenant')
		.values({ id: fresh, name, changeSeq: 0, changePruned: 0, eventSeq: seq, eventHash: hash, createdAt: Date.now() })
		.onConflict((conflict) => conflict.column('name').doNothing())
		.execute();
	const { id } = await main.selectFrom('tenant').select('id').where('name', '=', name).executeTakeFirstOrThrow();
	return id;
}

async function purposeKey(
	{ main }: ServiceDatabase,
	tenant: string,
	key: TenantKey,
	purpose: 'columns' | 'index',
): Promise<Buffer> {
	const context = `tenant-key:${tenant}:${purpose}`;
	const find = () =>
		main
			.selectFrom('tenantKey')
			.select('wrapped')
			.where('tenant', '=', tenant)
			.where('purpose', '=', purpose)
			.executeTakeFirst();
	if ((await find()) === undefined) {
		const wrapped = await key.wrap(randomKey(), context);
		await main
			.insertInto('tenantKey')
			.values({ tenant, purpose, wrapped })
			.onConflict((conflict) => conflict.doNothing())
			.execute();
	}
	const row = await find();
	if (row === undefined) throw new TypeError('the row that was just written is gone');
	try {
		return await key.unwrap(row.wrapped, context);
	} catch (cause) {
		if (!(cause instanceof KeyError)) throw cause;
		throw new KeyError(
			'tenant-key-wrong',
			`The key of the tenant '${tenant}' is not the one its data were encrypted with.`,
			{
				hint: 'Put the right key in its place: the configuration says where it is looked for.',
				subject: tenant,
				cause,
			},
		);
	}
}
