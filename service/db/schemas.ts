import { type Kysely, sql } from 'kysely';
import { ServiceDatabaseError } from './databaseError.ts';
import type { ServiceDatabase } from './serviceDatabase.ts';
import { isUniqueViolation } from './violations.ts';

/** Schemas of PostgreSQL; SQLite has a file for each. */
export const schemas = { main: 'paraph', events: 'paraph_events' } as const;
/** PostgreSQL's schemas are made before the first table. */
export async function createSchemas({ dialect, main, events }: ServiceDatabase): Promise<void> {
	if (dialect !== 'postgres') return;
	try {
		await createSchema(main, schemas.main);
		await createSchema(events, schemas.events);
	} catch (cause) {
		throw new ServiceDatabaseError('database-unreachable', 'PostgreSQL does not answer, or refuses this user.', {
			hint: 'Check database.url in the configuration, and that the user may create schemas there.',
			cause,
		});
	}
}

/** Two instances that start at once may both find it missing: the second is told that it is there, and it is. */
async function createSchema<Schema>(database: Kysely<Schema>, name: string): Promise<void> {
	const statement = sql.raw(`create schema if not exists ${name}`);
	await statement.execute(database).catch((error: unknown) => {
		if (!isUniqueViolation(error)) throw error;
	});
}
