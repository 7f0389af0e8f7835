import { readFileSync } from 'node:fs';
import { shapeError, UsageError } from './errors.ts';

/** What an option names a file for; `-` is standard input. @throws {UsageError} where it cannot be read. */
export function readOptionFile(option: string, path: string): Buffer {
	try {
		return readFileSync(path === '-' ? 0 : path);
	} catch (error) {
		const { message, hint } = shapeError(error);
		throw new UsageError(`${option}: ${message}`, { hint, subject: path });
	}
}
