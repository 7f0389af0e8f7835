/** Heads of the chains with timestamps over them, and what may be forgotten behind them. */
import type { Checkpoint } from '../../core/evidence/checkpoint.ts';
import { stampHead } from '../../core/evidence/checkpoint.ts';
import { type ChainHead, genesis } from '../../core/evidence/event.ts';
import type { TsaClient } from '../../core/tsp/tsaClient.ts';
import type { ServiceDatabase } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';
import type { EventLog } from './eventLog.ts';

/** Has the present head of a tenant's chain stamped, where it is not stamped yet. @throws {TimestampError} */
export async function stampChain(
	database: ServiceDatabase,
	log: EventLog,
	tenant: Tenant,
	{ tsa, now }: { readonly tsa: TsaClient; readonly now: Date },
): Promise<Checkpoint | undefined> {
	await log.settle();
	const head = await log.head(tenant);
	if (head.seq === 0) return undefined;
	const stamped = await database.events
		.selectFrom('checkpoint')
		.select('seq')
		.where('tenant', '=', tenant.id)
		.where('seq', '=', head.seq)
		.executeTakeFirst();
	if (stamped !== undefined) return undefined;
	const checkpoint = await stampHead(tenant.id, head, tsa);
	await database.events
		.insertInto('checkpoint')
		.values({
			tenant: tenant.id,
			seq: head.seq,
			hash: head.hash,
			at: now.getTime(),
			token: Buffer.from(checkpoint.token),
			pruned: 0,
		})
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	return checkpoint;
}

/** All that are kept, from the oldest on. */
export async function checkpointsOf({ events }: ServiceDatabase, tenant: Tenant): Promise<readonly Checkpoint[]> {
	const rows = await events
		.selectFrom('checkpoint')
		.select(['seq', 'hash', 'token'])
		.where('tenant', '=', tenant.id)
		.orderBy('seq')
		.execute();
	return rows;
}

/** Where verification of a tenant's chain begins: behind what was pruned. */
export async function chainStart({ events }: ServiceDatabase, tenant: Tenant): Promise<ChainHead> {
	const row = await events
		.selectFrom('checkpoint')
		.select(['seq', 'hash'])
		.where('tenant', '=', tenant.id)
		.where('pruned', '=', 1)
		.orderBy('seq', 'desc')
		.executeTakeFirst();
	return row ?? genesis(tenant.id);
}

/**
 * Removes events older than `before`, as far as a stamped head vouches for what is removed. The personal parts of older ones go
 * in any case: the chain holds without them.
 *
 * @returns how many were removed.
 */
export async function pruneEvents({ events }: ServiceDatabase, tenant: Tenant, before: Date): Promise<number> {
	const limit = before.getTime();
	await events
		.updateTable('event')
		.set({ personalSealed: null })
		.where('tenant', '=', tenant.id)
		.where('at', '<', limit)
		.where('personalSealed', 'is not', null)
		.execute();
	const checkpoint = await events
		.selectFrom('checkpoint')
		.select('seq')
		.where('tenant', '=', tenant.id)
		.where('at', '<', limit)
		.orderBy('seq', 'desc')
		.executeTakeFirst();
	if (checkpoint === undefined) return 0;
	return events.transaction().execute(async (trx) => {
		await trx
			.updateTable('checkpoint')
			.set({ pruned: 1 })
			.where('tenant', '=', tenant.id)
			.where('seq', '=', checkpoint.seq)
			.execute();
		const { numDeletedRows } = await trx
			.deleteFrom('event')
			.where('tenant', '=', tenant.id)
			.where('seq', '<=', checkpoint.seq)
			.executeTakeFirst();
		await trx.deleteFrom('checkpoint').where('tenant', '=', tenant.id).where('seq', '<', checkpoint.seq).execute();
		return Number(numDeletedRows);
	});
}
