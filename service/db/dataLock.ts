import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { ServiceDatabaseError } from './databaseError.ts';

/**
 * Keeps a folder with SQLite for one instance. The lock is the operating system's, on a file of its own: whatever becomes of
 * the process, it ends with it.
 *
 * @returns what gives it back. @throws {ServiceDatabaseError} `data-in-use`
 */
export function lockData(folder: string): () => void {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	const lock = new Sqlite(join(folder, 'lock'), { timeout: 0 });
	try {
		lock.exec('BEGIN EXCLUSIVE');
	} catch (cause) {
		lock.close();
		throw new ServiceDatabaseError('data-in-use', `Another instance of the service uses ${folder}.`, {
			hint: 'Stop it first; for several instances beside each other, let the configuration name PostgreSQL.',
			subject: folder,
			cause,
		});
	}
	return () => {
		lock.close();
	};
}
