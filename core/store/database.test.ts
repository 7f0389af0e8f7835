import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from './database.ts';

const notes = (database: Database): void => {
	database.exec('CREATE TABLE note (text TEXT NOT NULL) STRICT');
};
const dates = (database: Database): void => {
	database.exec('ALTER TABLE note ADD COLUMN at INTEGER');
};

describe('a local database', () => {
	let folder: string;
	let path: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), 'paraph-database-'));
		path = join(folder, 'inner', 'store.db');
	});
	afterEach(() => rmSync(folder, { recursive: true, force: true }));

	it('is written for this user alone', () => {
		openDatabase(path, { migrations: [notes] }).close();
		expect(statSync(path).mode & 0o777).toBe(0o600);
	});

	it('holds nothing that can be read without the key', () => {
		const key = randomBytes(32);
		const database = openDatabase(path, { key, migrations: [notes] });
		database.prepare('INSERT INTO note VALUES (?)').run('The lease of the house in Elm Street');
		database.close();
		expect(readFileSync(path).includes('Elm Street')).toBe(false);
		expect(readFileSync(path).includes('SQLite format')).toBe(false);
		const again = openDatabase(path, { key, migrations: [notes] });
		expect(again.prepare('SELECT text FROM note').pluck().get()).toBe('The lease of the house in Elm Street');
		again.close();
	});

	it('says so when the key is another one, and leaves the file as it is', () => {
		openDatabase(path, { key: randomBytes(32), migrations: [notes] }).close();
		const before = readFileSync(path);
		expect(() => openDatabase(path, { key: randomBytes(32), migrations: [notes] })).toThrow(
			expect.objectContaining({ code: 'database-key-wrong', subject: path }),
		);
		expect(readFileSync(path)).toEqual(before);
	});

	it('says so when the file is something else', () => {
		const other = join(folder, 'letter.txt');
		writeFileSync(other, 'Dear Sir or Madam,\n'.repeat(100));
		expect(() => openDatabase(other, { migrations: [notes] })).toThrow(
			expect.objectContaining({ code: 'database-unreadable' }),
		);
	});

	it('applies what is new and keeps what is there', () => {
		const first = openDatabase(path, { migrations: [notes] });
		first.prepare('INSERT INTO note VALUES (?)').run('kept');
		first.close();
		const second = openDatabase(path, { migrations: [notes, dates] });
		expect(second.prepare('SELECT text, at FROM note').all()).toEqual([{ text: 'kept', at: null }]);
		second.close();
	});

	it('applies all that is due or nothing', () => {
		const failing = (): void => {
			throw new Error('no');
		};
		expect(() => openDatabase(path, { migrations: [notes, failing] })).toThrow('no');
		const database = openDatabase(path, { migrations: [notes] });
		expect(database.prepare('SELECT count(*) FROM note').pluck().get()).toBe(0);
		database.close();
	});

	it('does not touch what a newer version wrote', () => {
		openDatabase(path, { migrations: [notes, dates] }).close();
		expect(() => openDatabase(path, { migrations: [notes] })).toThrow(
			expect.objectContaining({ code: 'database-newer' }),
		);
	});

	it('is opened by two at once', () => {
		const one = openDatabase(path, { migrations: [notes] });
		const two = openDatabase(path, { migrations: [notes] });
		one.prepare('INSERT INTO note VALUES (?)').run('from one');
		expect(two.prepare('SELECT text FROM note').pluck().get()).toBe('from one');
		one.close();
		two.close();
	});
});
