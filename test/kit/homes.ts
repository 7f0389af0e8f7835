/** Folders in which programs under test live as a user of their own. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const compiled = fileURLToPath(new URL('../../out/code', import.meta.url));

/** Lets `paraph` find what was compiled for earlier homes: from nothing, each start takes two seconds more. */
export function shareCompiledCode(cacheHome: string): void {
	mkdirSync(compiled, { recursive: true });
	mkdirSync(join(cacheHome, 'paraph'), { recursive: true });
	symlinkSync(compiled, join(cacheHome, 'paraph', 'code'));
}

/** For one run of Vitest: nothing of the user's own settings, caches, journals or data is read or written. */
export default function useFoldersOfOurOwn(): () => void {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-tests-'));
	for (const kind of ['CACHE', 'CONFIG', 'DATA', 'STATE'])
		process.env[`XDG_${kind}_HOME`] = join(folder, kind.toLowerCase());
	shareCompiledCode(join(folder, 'cache'));
	return () => rmSync(folder, { recursive: true, force: true });
}
