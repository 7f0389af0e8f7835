import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { RoomError } from './roomError.ts';

/**
 * Does some work while holding a file, so that no two commands work with one room at once.
 *
 * A file left by a process that is gone is taken over.
 *
 * @throws {RoomError} `room-busy`, and whatever the work throws.
 */
export async function holding<T>(path: string, work: () => Promise<T> | T): Promise<T> {
	take(path);
	try {
		return await work();
	} finally {
		rmSync(path, { force: true });
	}
}

function take(path: string): void {
	try {
		create(path);
	} catch (error) {
		if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
		if (isAlive(Number(readFileSync(path, 'latin1'))))
			throw new RoomError('room-busy', `another command is at work: ${path}`, { subject: path });
		rmSync(path, { force: true });
		create(path);
	}
}

function create(path: string): void {
	const file = openSync(path, 'wx', 0o600);
	writeSync(file, String(process.pid));
	closeSync(file);
}

function isAlive(pid: number): boolean {
	if (!Number.isSafeInteger(pid) || pid <= 0) return false;
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && 'code' in error && error.code === 'EPERM';
	}
}
