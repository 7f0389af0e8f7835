/** What is forgotten when its time is over: each thing by a clock of its own. */
import type { ServiceConfig } from '../config/configuration.ts';
import type { ServiceDatabase } from '../db/serviceDatabase.ts';
import { pruneEvents } from '../events/checkpoints.ts';
import type { Tenants } from '../tenants.ts';

const DAY = 86_400_000;

export async function forget(
	database: ServiceDatabase,
	tenants: Tenants,
	retention: ServiceConfig['retention'],
	now: Date,
): Promise<void> {
	const { main } = database;
	const time = now.getTime();
	await main.deleteFrom('session').where('expiresAt', '<', time).execute();
	await main.deleteFrom('challenge').where('expiresAt', '<', time).execute();
	await main
		.deleteFrom('lockout')
		.where('lastAt', '<', time - DAY)
		.where('lockedUntil', '<', time)
		.execute();
	await main
		.deleteFrom('opResult')
		.where('at', '<', time - retention.opResultDays * DAY)
		.execute();
	// Letters are about people; that one was sent is an ordinary record.
	await main
		.deleteFrom('mail')
		.where('state', 'not in', ['waiting', 'handed-over'])
		.where('createdAt', '<', time - retention.logDays * DAY)
		.execute();
	const events = new Date(now);
	events.setUTCMonth(events.getUTCMonth() - retention.eventMonths);
	for (const tenant of tenants) {
		await pruneChanges(database, tenant.id, time - retention.changeDays * DAY);
		await pruneEvents(database, tenant, events);
	}
}

/** The tenant's row remembers up to where: a cursor below that is answered with 410. */
async function pruneChanges({ main }: ServiceDatabase, tenant: string, before: number): Promise<void> {
	await main.transaction().execute(async (trx) => {
		const { last } = await trx
			.selectFrom('change')
			.select(({ fn }) => fn.max('seq').as('last'))
			.where('tenant', '=', tenant)
			.where('at', '<', before)
			.executeTakeFirstOrThrow();
		if (last === null) return;
		await trx.updateTable('tenant').set({ changePruned: last }).where('id', '=', tenant).execute();
		await trx.deleteFrom('change').where('tenant', '=', tenant).where('seq', '<=', last).execute();
	});
}
