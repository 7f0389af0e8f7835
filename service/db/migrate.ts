import { type Kysely, type Migration, type MigrationResultSet, Migrator } from 'kysely';
import { ServiceDatabaseError } from './databaseError.ts';
import { createSchemas } from './schemas.ts';
import type { ServiceDatabase } from './serviceDatabase.ts';

/** Steps by name, in the order of their names. What was released is never changed, only added to. */
export type Steps = Readonly<Record<string, Migration>>;

/**
 * Brings both databases to the newest version. Two instances that start at once take turns.
 *
 * @throws {ServiceDatabaseError} `database-newer` where a newer Paraph was here.
 */
export async function migrateToLatest(database: ServiceDatabase): Promise<void> {
	await createSchemas(database);
	const { main, events } = database.migrations;
	await run('main', main.database, main.steps, (migrator) => migrator.migrateToLatest());
	await run('event', events.database, events.steps, (migrator) => migrator.migrateToLatest());
}

/**
 * Brings one of them back: undoes what came after `step`.
 *
 * @param step the last that stays; undefined undoes all.
 */
export async function migrateBack(
	database: ServiceDatabase,
	which: 'main' | 'events',
	step: string | undefined,
): Promise<void> {
	const { main, events } = database.migrations;
	const steps = which === 'main' ? main.steps : events.steps;
	const names = Object.keys(steps).sort();
	const back = step === undefined ? names.length : names.length - 1 - names.indexOf(step);
	for (let count = 0; count < back; count += 1) {
		if (which === 'main') await run('main', main.database, steps, (migrator) => migrator.migrateDown());
		else await run('event', events.database, steps, (migrator) => migrator.migrateDown());
	}
}

/** The migrator knows no schema of its own: what it runs is DDL. */
async function run<Schema>(
	name: 'main' | 'event',
	database: Kysely<Schema>,
	steps: Steps,
	act: (migrator: Migrator) => Promise<MigrationResultSet>,
): Promise<void> {
	const migrator = new Migrator({
		db: database,
		provider: { getMigrations: async () => ({ ...steps }) },
		// By name, for Kysely looks for these tables in every schema of PostgreSQL.
		migrationTableName: `${name}_migration`,
		migrationLockTableName: `${name}_migration_lock`,
	});
	const { error, results } = await act(migrator);
	if (error === undefined) return;
	const failed = results?.find(({ status }) => status === 'Error')?.migrationName;
	if (failed !== undefined)
		throw new ServiceDatabaseError('migration-failed', `The step '${failed}' of the database failed.`, {
			hint: 'Nothing of it was kept. Restore the latest backup if the service does not start.',
			cause: error,
		});
	const message = error instanceof Error ? error.message : String(error);
	if (/corrupted migrations/.test(message))
		throw new ServiceDatabaseError('database-newer', 'A newer version of Paraph wrote this database.', {
			hint: 'Start the newer version, or bring the database back with it first.',
			cause: error,
		});
	throw new ServiceDatabaseError('database-unreachable', `The database does not answer: ${message}`, {
		hint: 'Check database in the configuration.',
		cause: error,
	});
}
