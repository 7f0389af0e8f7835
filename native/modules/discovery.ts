/** Which PKCS#11 modules there are: known drivers at their usual places, p11-kit's list, and what a URI names. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { TokenError } from '../../core/ports/tokenError.ts';
import type { Pkcs11Uri } from '../pkcs11Uri.ts';
import { knownDrivers, linuxFolders, p11KitClient, p11KitProxy, softHsm } from './knownDrivers.ts';

/** As `enable-in` and `disable-in` of p11-kit call it. */
const programName = 'paraph';
const p11KitFolders = ['/etc/pkcs11/modules', '/usr/share/p11-kit/modules'];

/**
 * The modules to look into where nobody named any. SoftHSM is one where its configuration is set, a p11-kit server
 * where its socket is there: otherwise they would show every user a slot that is none of theirs. A library that
 * p11-kit's configuration keeps from this program is left out, at its usual place, too.
 */
export function discoverModules(environment: NodeJS.ProcessEnv): string[] {
	const { platform } = process;
	const configurations = platform === 'linux' ? moduleConfigurations(environment) : [];
	const ours = configurations.filter(isForUs);
	const found = distinctLibraries([
		...existing(knownDrivers[platform] ?? []),
		...(environment['SOFTHSM2_CONF'] === undefined ? [] : existing(softHsm[platform] ?? []).slice(0, 1)),
		...p11KitLibraries(ours),
		...(hasP11KitServer(environment) ? existing(p11KitClient).slice(0, 1) : []),
		// Modules that p11-kit starts on another machine are to be had through its proxy alone.
		...(ours.some((each) => stated(each, 'remote') !== undefined) ? existing(p11KitProxy).slice(0, 1) : []),
	]);
	const wanted = realPaths(p11KitLibraries(ours));
	const configured = realPaths(p11KitLibraries(configurations));
	return found.filter((path) => wanted.has(realpathSync(path)) || !configured.has(realpathSync(path)));
}

const realPaths = (paths: readonly string[]): Set<string> => new Set(paths.map((path) => realpathSync(path)));

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
function p11KitLibraries(configurations: readonly ModuleConfiguration[]): string[] {
	return configurations
		.flatMap((configuration) => {
			const module = stated(configuration, 'module');
			if (module === undefined) return [];
			return isAbsolute(module)
				? existing([module])
				: existing([`{lib}/pkcs11/${module}`, `{lib}/${module}`]).slice(0, 1);
		})
		.filter((path) => !isConditional(path));
}

/** The texts of the files of one name, the more particular folder's first. */
type ModuleConfiguration = readonly string[];

function moduleConfigurations(environment: NodeJS.ProcessEnv): readonly ModuleConfiguration[] {
	const own = join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'pkcs11/modules');
	const files = [own, ...p11KitFolders]
		.flatMap((folder) => entries(folder).map((name) => join(folder, name)))
		.filter((path) => path.endsWith('.module') && !path.endsWith('p11-kit-trust.module'));
	return [...Map.groupBy(files, (path) => basename(path)).values()].map((paths) => paths.map(contents));
}

/** By the first file that states it: p11-kit lets the user's own setting come before the machine's, one by one. */
function stated(configuration: ModuleConfiguration, name: string): string | undefined {
	const line = new RegExp(`^[ \\t]*${name}[ \\t]*:[ \\t]*(.*?)[ \\t\\r]*$`, 'm');
	return configuration.map((text) => line.exec(text)?.[1]).find((value) => value !== undefined);
}

/** What `enable-in` and `disable-in` say of this program; where both are stated, p11-kit goes by the first. */
function isForUs(configuration: ModuleConfiguration): boolean {
	const lists = (name: string): boolean | undefined =>
		stated(configuration, name)
			?.split(/[\s,]+/)
			.includes(programName);
	return lists('enable-in') ?? !lists('disable-in');
}

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
