/** Which PKCS#11 modules there are: known drivers at their usual places, p11-kit's list, and what a URI names. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { TokenError } from '../../core/ports/tokenError.ts';
import type { Pkcs11Uri } from '../pkcs11Uri.ts';

/** Where distributions put libraries; `{lib}` in the paths below stands for each of them. */
const linuxFolders = [
	'/usr/lib/x86_64-linux-gnu',
	'/usr/lib/aarch64-linux-gnu',
	'/usr/lib64',
	'/usr/lib',
	'/usr/local/lib',
	'/usr/local/lib64',
];

/** Drivers of cards and tokens, by platform, at the places their makers install them. */
const knownDrivers: Readonly<Record<string, readonly string[]>> = {
	linux: [
		// OpenSC
		'{lib}/opensc-pkcs11.so',
		'{lib}/pkcs11/opensc-pkcs11.so',
		// YubiKey
		'{lib}/libykcs11.so',
		// SafeNet eToken, Thales IDPrime
		'{lib}/libeToken.so',
		'{lib}/libeTPkcs11.so',
		'{lib}/pkcs11/libIDPrimePKCS11.so',
		// Bit4id, Charismathics, IDEMIA AWP, Net iD, Belgium, Portugal, Spain, Italy, Poland, Hungary
		'{lib}/bit4id/libbit4xpki.so',
		'{lib}/libbit4xpki.so',
		'{lib}/libcmP11.so',
		'/usr/local/AWP/lib/libOcsCryptoki.so',
		'{lib}/libiidp11.so',
		'{lib}/personal/libtokenapi.so',
		'{lib}/libbeidpkcs11.so.0',
		'{lib}/libpteidpkcs11.so',
		'{lib}/libpkcs11-dnie.so',
		'{lib}/libASEP11.so',
		'{lib}/libcryptoCertum3PKCS.so',
	],
	darwin: [
		'/Library/OpenSC/lib/opensc-pkcs11.so',
		'/opt/homebrew/lib/opensc-pkcs11.so',
		'/usr/local/lib/opensc-pkcs11.so',
		'/opt/homebrew/lib/libykcs11.dylib',
		'/usr/local/lib/libykcs11.dylib',
		'/usr/local/lib/libeTPkcs11.dylib',
		'/usr/local/lib/libIDPrimePKCS11.dylib',
		'/Library/bit4id/pkcs11/libbit4xpki.dylib',
		'/Library/AWP/lib/libOcsCryptoki.dylib',
		'/Library/Belgium Identity Card/Pkcs11/libbeidpkcs11.dylib',
		'/usr/local/lib/libpteidpkcs11.dylib',
	],
	win32: [
		'C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll',
		'C:\\Program Files\\Yubico\\Yubico PIV Tool\\bin\\libykcs11.dll',
		'C:\\Windows\\System32\\eTPKCS11.dll',
		'C:\\Program Files\\Gemalto\\IDGo 800 PKCS#11\\IDPrimePKCS1164.dll',
		'C:\\Windows\\System32\\bit4xpki.dll',
		'C:\\Windows\\System32\\OcsCryptoki.dll',
		'C:\\Windows\\System32\\beidpkcs11.dll',
		'C:\\Windows\\System32\\pteidpkcs11.dll',
	],
};

const softHsm: Readonly<Record<string, readonly string[]>> = {
	linux: ['{lib}/softhsm/libsofthsm2.so', '{lib}/pkcs11/libsofthsm2.so', '{lib}/libsofthsm2.so'],
	darwin: ['/opt/homebrew/lib/softhsm/libsofthsm2.so', '/usr/local/lib/softhsm/libsofthsm2.so'],
	win32: ['C:\\SoftHSM2\\lib\\softhsm2-x64.dll'],
};

const p11KitClient = ['{lib}/pkcs11/p11-kit-client.so'];
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
const libraryName = (path: string): string =>
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
	const own = join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'pkcs11/modules');
	return [...p11KitFolders, own]
		.flatMap((folder) => entries(folder).map((name) => join(folder, name)))
		.filter((path) => path.endsWith('.module') && !path.endsWith('p11-kit-trust.module'))
		.flatMap((path) => {
			const module = /^[ \t]*module[ \t]*:[ \t]*(\S.*?)[ \t]*$/m.exec(contents(path))?.[1];
			if (module === undefined) return [];
			return isAbsolute(module)
				? existing([module])
				: existing([`{lib}/pkcs11/${module}`, `{lib}/${module}`]).slice(0, 1);
		})
		.filter((path) => !isConditional(path));
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
