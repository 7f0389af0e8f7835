/** Sizes of timestamp tokens, remembered from one run to the next. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MemoryTokenSizes, type TokenSizes } from '../core/tsp/tokenSizes.ts';
import { stateFolder } from './stateFolder.ts';

/** Larger ones are not believed: nobody's file is to grow by what someone wrote into a state file. */
const LARGEST = 1024 * 1024;

export function rememberedTokenSizes(env: NodeJS.ProcessEnv): TokenSizes {
	const path = join(stateFolder(env), 'timestamp-sizes.json');
	return new MemoryTokenSizes(read(path), (sizes) => write(path, sizes));
}

function read(path: string): readonly (readonly [string, number])[] {
	try {
		const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
		if (typeof value !== 'object' || value === null) return [];
		return Object.entries(value).filter(
			(entry): entry is [string, number] => Number.isInteger(entry[1]) && entry[1] > 0 && entry[1] <= LARGEST,
		);
	} catch {
		// None yet, or damaged: room for an unknown authority is kept then.
		return [];
	}
}

/** Failing to remember costs some kilobytes a file, no signature. */
function write(path: string, sizes: ReadonlyMap<string, number>): void {
	try {
		mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
		const part = `${path}.${process.pid}.part`;
		writeFileSync(part, JSON.stringify(Object.fromEntries(sizes)), { mode: 0o600 });
		renameSync(part, path);
	} catch {
		// A home that cannot be written to.
	}
}
