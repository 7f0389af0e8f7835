import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { onEachDatabase } from '../../test/kit/serviceDatabases.ts';
import { migrateBack, migrateToLatest } from './migrate.ts';
import { ServiceDatabase } from './serviceDatabase.ts';
import { isUniqueViolation } from './violations.ts';

const tenant = {
	id: 't',
	name: 'main',
	changeSeq: 0,
	changePruned: 0,
	eventSeq: 0,
	eventHash: '',
	createdAt: Date.now(),
};

onEachDatabase('the service’s database', (fresh, kind) => {
	it('goes forward, back to nothing, and forward again', async () => {
		await using database = await ServiceDatabase.open(await fresh());
		await database.main.insertInto('tenant').values(tenant).execute();
		await migrateBack(database, 'main', undefined);
		await migrateBack(database, 'events', undefined);
		await expect(database.main.selectFrom('tenant').selectAll().execute()).rejects.toThrow();
		await expect(database.events.selectFrom('event').selectAll().execute()).rejects.toThrow();
		await migrateToLatest(database);
		expect(await database.main.selectFrom('tenant').selectAll().execute()).toEqual([]);
	});

	if (kind === 'postgres')
		it('is opened by two instances at once', async () => {
			const settings = await fresh();
			const opened = await Promise.all([ServiceDatabase.open(settings), ServiceDatabase.open(settings)]);
			for (const database of opened) {
				expect(await database.isReady()).toBe(true);
				await database.close();
			}
		});

	it('gives numbers as numbers and bytes as bytes', async () => {
		await using database = await ServiceDatabase.open(await fresh());
		await database.main.insertInto('tenant').values(tenant).execute();
		const wrapped = Buffer.from([0, 1, 255]);
		await database.main.insertInto('tenantKey').values({ tenant: 't', purpose: 'index', wrapped }).execute();
		const row = await database.main.selectFrom('tenant').selectAll().executeTakeFirstOrThrow();
		expect(row).toEqual(tenant);
		const key = await database.main.selectFrom('tenantKey').select('wrapped').executeTakeFirstOrThrow();
		expect(Buffer.compare(key.wrapped, wrapped)).toBe(0);
	});

	it('says when a row is there already', async () => {
		await using database = await ServiceDatabase.open(await fresh());
		const insert = () => database.main.insertInto('tenant').values(tenant).execute();
		await insert();
		const error = await insert().catch((reason: unknown) => reason);
		expect(isUniqueViolation(error)).toBe(true);
		expect(isUniqueViolation(new Error('other'))).toBe(false);
	});

	it('does not touch what a newer version wrote', async () => {
		const settings = await fresh();
		await using database = await ServiceDatabase.open(settings);
		await sql`insert into main_migration (name, timestamp) values ('9999-later', '2031-01-01')`.execute(database.main);
		await expect(ServiceDatabase.open(settings)).rejects.toMatchObject({ code: 'database-newer' });
	});
});
