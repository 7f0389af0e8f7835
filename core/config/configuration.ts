import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './configError.ts';
import { otherSpellings, rules, type SettingName, type Settings, settingNames } from './settings.ts';

/** One value and who said it. */
export interface Stated<T> {
	readonly value: T;
	/** A file's path, `option --tsa`, or `default`. */
	readonly source: string;
	readonly locked: boolean;
}

/**
 * The settings that hold, from the weakest source to the strongest: built in, the machine's file, the user's, the one
 * named, options. What the machine's file has under `locked` is stronger than all of them.
 */
export class Configuration {
	readonly #values: ReadonlyMap<SettingName, Stated<unknown>>;

	private constructor(values: ReadonlyMap<SettingName, Stated<unknown>>) {
		this.#values = values;
	}

	/**
	 * Reads the files that there are.
	 *
	 * @param options.named the file of `--config` or `PARAPH_CONFIG`, which must exist.
	 * @throws {ConfigError} for a file that is unreadable, is no JSON, or holds something unknown.
	 */
	static load(options: {
		env: NodeJS.ProcessEnv;
		named?: string | undefined;
		platform?: NodeJS.Platform;
	}): Configuration {
		const places = filePlaces(options.env, options.platform ?? process.platform);
		const values = new Map<SettingName, Stated<unknown>>();
		const locks = new Map<SettingName, Stated<unknown>>();
		for (const name of settingNames)
			values.set(name, { value: rules[name].fallback, source: 'default', locked: false });
		if (existsSync(places.machine)) {
			const { locked, ...plain } = readObject(places.machine);
			take(plain, places.machine, values, false);
			if (locked !== undefined) take(asObject(locked, places.machine), places.machine, locks, true);
		}
		if (existsSync(places.user)) take(readObject(places.user), places.user, values, false);
		const named = options.named ?? options.env['PARAPH_CONFIG'];
		if (named) take(readObject(named), named, values, false);
		return new Configuration(new Map([...values, ...locks]));
	}

	get<K extends SettingName>(name: K): Settings[K] {
		// Each value went through the rule of its name, which gives this type.
		return this.stated(name).value as Settings[K];
	}

	stated(name: SettingName): Stated<unknown> {
		return this.#values.get(name) ?? { value: rules[name].fallback, source: 'default', locked: false };
	}

	/**
	 * With a value from the command line or the window.
	 *
	 * @throws {ConfigError} `config-locked`.
	 */
	with<K extends SettingName>(name: K, value: Settings[K], source: string): Configuration {
		const stated = this.stated(name);
		if (stated.locked && JSON.stringify(stated.value) !== JSON.stringify(value)) {
			throw new ConfigError('config-locked', `${source}: '${name}' is fixed by ${stated.source}`, {
				hint: 'Leave the option out, or ask whoever administers this machine.',
			});
		}
		return new Configuration(new Map(this.#values).set(name, { value, source, locked: stated.locked }));
	}
}

/** Where the machine's and the user's files are. */
export function filePlaces(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): { machine: string; user: string } {
	const home = env['HOME'] ?? homedir();
	switch (platform) {
		case 'win32':
			return {
				machine: join(env['ProgramData'] ?? 'C:\\ProgramData', 'Paraph', 'config.json'),
				user: join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Paraph', 'config.json'),
			};
		case 'darwin':
			return {
				machine: '/Library/Application Support/Paraph/config.json',
				user: join(home, 'Library', 'Application Support', 'Paraph', 'config.json'),
			};
		default:
			return {
				machine: '/etc/paraph/config.json',
				user: join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'paraph', 'config.json'),
			};
	}
}

function readObject(path: string): Record<string, unknown> {
	let content: string;
	try {
		content = readFileSync(path, 'utf8');
	} catch (cause) {
		throw new ConfigError('config-unreadable', `${path} cannot be read`, {
			hint: 'Check that the file exists and that you may read it.',
			subject: path,
			cause,
		});
	}
	try {
		return asObject(JSON.parse(content), path);
	} catch (cause) {
		if (cause instanceof ConfigError) throw cause;
		throw invalid(path, 'it is not JSON');
	}
}

function asObject(value: unknown, path: string): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw invalid(path, 'an object was expected');
	return { ...value };
}

function take(
	object: Record<string, unknown>,
	path: string,
	into: Map<SettingName, Stated<unknown>>,
	locked: boolean,
	prefix = '',
): void {
	for (const [key, value] of Object.entries(object)) {
		const full = `${prefix}${key}`;
		if (prefix === '' && key === '$schema') continue;
		const name = settingNames.find((one) => one === (otherSpellings[full] ?? full));
		if (name) {
			const read = rules[name].read(value);
			if (!read) throw invalid(path, `'${full}' must be ${rules[name].wanted}`);
			into.set(name, { value: read.value, source: path, locked });
		} else if (settingNames.some((one) => one.startsWith(`${full}.`))) {
			take(asObject(value, path), path, into, locked, `${full}.`);
		} else {
			throw invalid(path, `'${full}' is not a setting`);
		}
	}
}

function invalid(path: string, what: string): ConfigError {
	return new ConfigError('config-invalid', `${path}: ${what}`, {
		hint: 'See `paraph config --help` for the settings.',
		subject: path,
	});
}
