import type { Kysely } from 'kysely';
import type { Steps } from '../migrate.ts';
import type { Dialect } from '../serviceDatabase.ts';
import { columnTypes } from './columns.ts';

export function eventMigrations(dialect: Dialect): Steps {
	const { bytes, integer } = columnTypes(dialect);
	return {
		'0001-events': {
			async up(db: Kysely<unknown>): Promise<void> {
				await db.schema
					.createTable('event')
					.addColumn('tenant', 'text', (column) => column.notNull())
					.addColumn('seq', integer, (column) => column.notNull())
					.addColumn('at', integer, (column) => column.notNull())
					.addColumn('category', 'text', (column) => column.notNull())
					.addColumn('entity_id', 'text')
					.addColumn('prev_hash', 'text', (column) => column.notNull())
					.addColumn('hash', 'text', (column) => column.notNull())
					.addColumn('body', 'text', (column) => column.notNull())
					.addColumn('personal_sealed', bytes)
					.addPrimaryKeyConstraint('event_primary', ['tenant', 'seq'])
					.execute();
				await db.schema.createIndex('event_by_time').on('event').columns(['tenant', 'at']).execute();
				await db.schema.createIndex('event_by_entity').on('event').columns(['tenant', 'entity_id']).execute();
				await db.schema
					.createTable('checkpoint')
					.addColumn('tenant', 'text', (column) => column.notNull())
					.addColumn('seq', integer, (column) => column.notNull())
					.addColumn('hash', 'text', (column) => column.notNull())
					.addColumn('at', integer, (column) => column.notNull())
					.addColumn('token', bytes, (column) => column.notNull())
					.addColumn('pruned', integer, (column) => column.notNull())
					.addPrimaryKeyConstraint('checkpoint_primary', ['tenant', 'seq'])
					.execute();
			},
			async down(db: Kysely<unknown>): Promise<void> {
				await db.schema.dropTable('checkpoint').execute();
				await db.schema.dropTable('event').execute();
			},
		},
	};
}
