/** The service's two databases: what is going on, and apart from it the events. SQLite files, or schemas of PostgreSQL. */
import { join } from 'node:path';
import { CamelCasePlugin, Kysely, PostgresDialect, SqliteDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { openDatabase } from '../../core/store/database.ts';
import { migrateToLatest } from './migrate.ts';
import { eventMigrations } from './migrations/events.ts';
import { mainMigrations } from './migrations/main.ts';
import type { EventSchema, MainSchema } from './schema.ts';
import { schemas } from './schemas.ts';

export type Main = Kysely<MainSchema>;
export type MainTransaction = Transaction<MainSchema>;
export type Events = Kysely<EventSchema>;
export type Dialect = 'sqlite' | 'postgres';

export type DatabaseSettings =
	| { readonly kind: 'sqlite'; readonly folder: string }
	| {
			readonly kind: 'postgres';
			readonly url: string;
			/** Where the events are, when it is another server; else a schema of the same one. */
			readonly eventsUrl?: string | undefined;
			/** Connections of one instance. */
			readonly connections?: number | undefined;
	  };

/** Both databases of one instance, open and brought to the newest version. */
export class ServiceDatabase implements AsyncDisposable {
	readonly dialect: Dialect;
	readonly main: Main;
	readonly events: Events;
	readonly settings: DatabaseSettings;

	private constructor(settings: DatabaseSettings, main: Main, events: Events) {
		this.dialect = settings.kind;
		this.settings = settings;
		this.main = main;
		this.events = events;
	}

	/** @throws {ServiceDatabaseError} */
	static async open(settings: DatabaseSettings): Promise<ServiceDatabase> {
		const database = ServiceDatabase.connect(settings);
		try {
			await migrateToLatest(database);
			return database;
		} catch (error) {
			await database.close();
			throw error;
		}
	}

	/** Opens both as they are; {@link open} is what a service wants. */
	static connect(settings: DatabaseSettings): ServiceDatabase {
		if (settings.kind === 'sqlite') {
			const main = sqlite<MainSchema>(join(settings.folder, 'paraph.db'));
			return new ServiceDatabase(settings, main, sqlite<EventSchema>(join(settings.folder, 'events.db')));
		}
		const connections = settings.connections ?? 10;
		const main = postgres<MainSchema>(settings.url, schemas.main, connections);
		const events = postgres<EventSchema>(settings.eventsUrl ?? settings.url, schemas.events, 4);
		return new ServiceDatabase(settings, main, events);
	}

	get migrations() {
		return {
			main: { database: this.main, steps: mainMigrations(this.dialect) },
			events: { database: this.events, steps: eventMigrations(this.dialect) },
		};
	}

	/** Whether both answer. */
	async isReady(): Promise<boolean> {
		try {
			await Promise.all([sql`select 1`.execute(this.main), sql`select 1`.execute(this.events)]);
			return true;
		} catch {
			return false;
		}
	}

	async close(): Promise<void> {
		await Promise.all([this.main.destroy(), this.events.destroy()]);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}
}

function sqlite<Schema>(path: string): Kysely<Schema> {
	// Kysely counts the versions; `openDatabase` gives the file its permissions, its journal and its durability.
	const database = openDatabase(path, { migrations: [] });
	return new Kysely<Schema>({ dialect: new SqliteDialect({ database }), plugins: [new CamelCasePlugin()] });
}

function postgres<Schema>(url: string, schema: string, connections: number): Kysely<Schema> {
	const pool = new pg.Pool({
		connectionString: url,
		max: connections,
		options: `-c search_path=${schema}`,
		types: { getTypeParser: typeParser },
	});
	// A connection that breaks while idle is replaced; the next query says whether the server is gone.
	pool.on('error', () => {});
	return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), plugins: [new CamelCasePlugin()] });
}

/** Counters and times are whole numbers far below 2^53: numbers here as in SQLite, not text. */
const typeParser: pg.CustomTypesConfig['getTypeParser'] = (oid: number, format?: 'text' | 'binary') =>
	oid === pg.types.builtins.INT8
		? (text: string): number => Number(text)
		: format === 'binary'
			? pg.types.getTypeParser(oid, format)
			: pg.types.getTypeParser(oid);
