/** Which PKCS#11 modules there are: known drivers at their usual places, p11-kit's list, and what a URI names. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { TokenError } from '../../core/ports/tokenError.ts';
import type { Pkcs11Uri } from '../pkcs11Uri.ts';
import { knownDrivers, linuxFolders, p11KitClient, p11KitProxy, softHsm } from './knownDrivers.ts';

const p11KitFolders = ['/usr/share/p11-kit/modules', '/etc/pkcs11/modules'];

/**
 * The modules to look into where nobody named any. SoftHSM is one where its configuration is set, a p11-kit server
 * where its socket is there: otherwise they would show every user a slot that is none of theirs.
 */
export function discoverModules(environment: NodeJS.ProcessEnv): string[] {
	const { platform } = process;
	return distinctLibraries([
		...existing(knownDrivers[platform] ?? []),
		...(environment['SOFTHSM2_CONF'] === undefined ? [] : existing(softHsm[platform] ?? []).slice(0, 1)),
		...(platform === 'linux' ? p11KitModules(environment) : []),
		...(hasP11KitServer(environment) ? existing(p11KitClient).slice(0, 1) : []),
		...(platform === 'linux' && hasRemoteModules(environment) ? existing(p11KitProxy).slice(0, 1) : []),
	]);
}

/**
 * The modules a URI allows.
 *
 * @param modules those to choose from where the URI names none: of the configuration, or {@link discoverModules}.
 * @param only whether no others are allowed.
 * @throws {TokenError} `module-missing` where it names one that is not there, or not allowed.
 */
export function modulesFor(uri: Pkcs11Uri, modules: readonly string[], only = false): readonly string[] {
	const named = modulesNamed(uri, modules);
	const [foreign] = only ? named.filter((path) => !modules.includes(path)) : [];
	if (foreign === undefined) return named;
	throw new TokenError('module-missing', `The driver ${foreign} is not one of those this machine allows.`, {
		hint: 'Leave module-path out, or ask whoever administers this machine.',
		subject: foreign,
	});
}

function modulesNamed({ modulePath, moduleName }: Pkcs11Uri, modules: readonly string[]): readonly string[] {
	if (modulePath !== undefined && !isFolder(modulePath)) return [modulePath];
	if (moduleName === undefined) {
		if (modulePath !== undefined) throw missing(modulePath, 'is a folder: name the library in it.');
		return modules;
	}
	const candidates =
		modulePath === undefined
			? [...modules, ...existing(softHsm[process.platform] ?? []), ...librariesIn(linuxFolders)]
			: librariesIn([modulePath]);
	const found = candidates.find((path) => libraryName(path) === moduleName);
	if (found === undefined) throw missing(moduleName, 'is not at any of the usual places.');
	return [found];
}

/** `libsofthsm2.so.2` is called `softhsm2` (RFC 7512 §2.4). */
export const libraryName = (path: string): string =>
	basename(path)
		.replace(/^lib/, '')
		.replace(/\.(so|dylib|dll)(\.\d+)*$/, '');

function librariesIn(folders: readonly string[]): string[] {
	return folders
		.flatMap((folder) => [folder, join(folder, 'pkcs11')])
		.flatMap((folder) => entries(folder).map((name) => join(folder, name)));
}

/** What `*.module` files of p11-kit name (pkcs11.conf(5)), but for its store of trusted certificates, which has no keys. */
function p11KitModules(environment: NodeJS.ProcessEnv): string[] {
	return moduleFiles(environment)
		.flatMap((file) => {
			const module = stated(file, 'module');
			if (module === undefined) return [];
			return isAbsolute(module)
				? existing([module])
				: existing([`{lib}/pkcs11/${module}`, `{lib}/${module}`]).slice(0, 1);
		})
		.filter((path) => !isConditional(path));
}

/** Modules that p11-kit starts on another machine are to be had through its proxy alone. */
const hasRemoteModules = (environment: NodeJS.ProcessEnv): boolean =>
	moduleFiles(environment).some((file) => stated(file, 'remote') !== undefined);

function moduleFiles(environment: NodeJS.ProcessEnv): string[] {
	const own = join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'pkcs11/modules');
	return [...p11KitFolders, own]
		.flatMap((folder) => entries(folder).map((name) => join(folder, name)))
		.filter((path) => path.endsWith('.module') && !path.endsWith('p11-kit-trust.module'));
}

const stated = (file: string, name: string): string | undefined =>
	new RegExp(`^[ \\t]*${name}[ \\t]*:[ \\t]*(\\S.*?)[ \\t]*$`, 'm').exec(contents(file))?.[1];

/** These two are decided on above. */
const isConditional = (path: string): boolean => /^(softhsm2|p11-kit-client)$/.test(libraryName(path));

const hasP11KitServer = (environment: NodeJS.ProcessEnv): boolean =>
	environment['P11_KIT_SERVER_ADDRESS'] !== undefined ||
	(environment['XDG_RUNTIME_DIR'] !== undefined && existsSync(join(environment['XDG_RUNTIME_DIR'], 'p11-kit/pkcs11')));

const existing = (patterns: readonly string[]): string[] =>
	patterns
		.flatMap((pattern) => linuxFolders.map((folder) => pattern.replace('{lib}', folder)))
		.filter((path, index, all) => all.indexOf(path) === index && existsSync(path));

/** One of each library, however many names lead to it; the first name stays. */
export function distinctLibraries(paths: readonly string[]): string[] {
	const seen = new Set<string>();
	return paths.filter((path) => {
		// One that is not there is kept: whoever opens it says so.
		const real = existsSync(path) ? realpathSync(path) : path;
		return !seen.has(real) && seen.add(real);
	});
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function entries(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch {
		return [];
	}
}

function contents(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return '';
	}
}

const missing = (what: string, why: string): TokenError =>
	new TokenError('module-missing', `The driver ${what} ${why}`, {
		hint: "Install the token's driver, or name the library itself by module-path.",
		subject: what,
	});
