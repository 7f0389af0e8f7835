import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** @returns the object in a JSON file; an empty one where there is no file, or something else in it. */
export function readJsonFile(path: string): Record<string, unknown> {
	try {
		const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
		return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
	} catch {
		return {};
	}
}

/** Writes by rename: a crash leaves the old file or the new one, never half of one. Readable by its owner alone. */
export function writeJsonFile(path: string, value: object): void {
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	const part = `${path}.${process.pid}.part`;
	writeFileSync(part, `${JSON.stringify(value, null, '\t')}\n`, { mode: 0o600 });
	renameSync(part, path);
}
