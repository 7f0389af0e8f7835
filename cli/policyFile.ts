import { readFileSync } from 'node:fs';
import { parsePolicy, type ValidationPolicy } from '../core/validation/policy/policy.ts';
import { UsageError } from './errors.ts';

/** @throws {UsageError} when the file cannot be read, {PolicyError} when it is no policy. */
export function readPolicy(path: string): ValidationPolicy {
	return parsePolicy(Buffer.from(readWhole(path)).toString('utf8'), path);
}

/** A small file. @throws {UsageError} when it cannot be read. */
export function readWhole(path: string): Uint8Array {
	try {
		return readFileSync(path);
	} catch {
		throw new UsageError(`${path} cannot be read`, { hint: 'Check that the file exists and may be read.' });
	}
}
