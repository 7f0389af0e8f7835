/** The two databases that the service runs on, for tests that must hold on both. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import type { DatabaseSettings } from '../../service/db/serviceDatabase.ts';
import { Postgres } from './postgres.ts';

/** Gives an empty database, anew each time. */
export type FreshDatabase = () => Promise<DatabaseSettings>;

/** Runs the tests once on SQLite and once on PostgreSQL. */
export function onEachDatabase(name: string, tests: (fresh: FreshDatabase, kind: 'sqlite' | 'postgres') => void): void {
	describe(`${name}, on SQLite`, () => {
		const folders: string[] = [];
		afterAll(() => {
			for (const folder of folders) rmSync(folder, { recursive: true, force: true });
		});
		tests(async () => {
			const folder = mkdtempSync(join(tmpdir(), 'paraph-service-'));
			folders.push(folder);
			return { kind: 'sqlite', folder };
		}, 'sqlite');
	});
	describe(`${name}, on PostgreSQL`, () => {
		let postgres: Postgres;
		beforeAll(async () => {
			postgres = await Postgres.start();
		});
		afterAll(() => postgres?.stop());
		tests(async () => ({ kind: 'postgres', url: await postgres.database() }), 'postgres');
	});
}
