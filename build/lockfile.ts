/**
 * `node build/lockfile.ts`: completes package-lock.json, after `npm install` has changed it.
 *
 * Where a registry mirrors packages of one platform alone, `npm install` leaves those of the others out of the lock file, and
 * `npm ci` then refuses it everywhere. Their versions are known all the same, since packages name their binaries exactly, and
 * the platform is in the name.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LockEntry {
	readonly version?: string;
	readonly dev?: boolean;
	readonly optional?: boolean;
	readonly optionalDependencies?: Readonly<Record<string, string>>;
	readonly os?: readonly string[];
	readonly cpu?: readonly string[];
	readonly libc?: readonly string[];
}

/** Entries by their place: `node_modules/@swc/core`. */
export type LockEntries = Readonly<Record<string, LockEntry>>;

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const processors = ['arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'arm'];

/** Entries that ought to be in the lock file and are not, by their place. */
export function missingEntries(packages: LockEntries): ReadonlyMap<string, LockEntry> {
	const missing = new Map<string, LockEntry>();
	for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages))
		for (const [name, version] of Object.entries(optionalDependencies)) {
			if (isResolved(packages, place, name)) continue;
			const entry = { version, ...platformOf(name), ...(dev === true ? { dev } : {}), optional: true };
			missing.set(`node_modules/${name}`, entry);
		}
	return missing;
}

/** As Node looks a package up: in the folder itself, then in each above it. */
function isResolved(packages: LockEntries, place: string, name: string): boolean {
	for (let folder = place; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
		if (`${folder}${folder && '/'}node_modules/${name}` in packages) return true;
		if (folder === '') return false;
	}
}

/** `@swc/core-linux-arm64-musl` → what package.json of that package says of os, cpu and libc. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
	const parts = name.split(/[/-]/);
	const os = systems.filter((system) => parts.includes(system));
	const cpu = processors.filter((processor) => parts.includes(processor)).slice(0, 1);
	if (os.length !== 1 || cpu.length !== 1) throw new Error(`no platform is to be seen in the name ${name}`);
	if (os[0] !== 'linux') return { os, cpu };
	return { os, cpu, libc: [parts.some((part) => part.startsWith('musl')) ? 'musl' : 'glibc'] };
}

if (import.meta.main) {
	const path = join(import.meta.dirname, '..', 'package-lock.json');
	const lock: { packages: LockEntries } = JSON.parse(readFileSync(path, 'utf8'));
	const missing = missingEntries(lock.packages);
	const entries = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => (a < b ? -1 : 1));
	writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, undefined, '\t')}\n`);
	console.log(`package-lock.json: ${missing.size} entries added`);
}
