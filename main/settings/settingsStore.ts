import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { Configuration, filePlaces } from '../../core/config/configuration.ts';
import { Certificate } from '../../core/pki/certificate.ts';
import type { TrustAnchor } from '../../core/ports/trustSource.ts';
import type { SettingName, Settings, SettingsChange, TrustId } from '../../preload/contract.ts';
import { parseCertificates, readAnchors } from './anchors.ts';
import { readJsonFile, writeJsonFile } from './jsonFile.ts';
import { PreferencesFile } from './preferences.ts';

export interface SettingsStoreOptions {
	readonly env: NodeJS.ProcessEnv;
	/** A configuration named on the command line. */
	readonly named?: string | undefined;
}

/**
 * What the person set: preferences of the window in a file of their own, and the rest in the user's configuration,
 * where the command line finds it too.
 */
export class SettingsStore {
	readonly #userFile: string;
	readonly #preferences: PreferencesFile;
	#configuration: Configuration;
	#anchors: readonly TrustAnchor[];

	/** @throws {ConfigError} when a configuration cannot be read. */
	constructor(options: SettingsStoreOptions) {
		this.#userFile = filePlaces(options.env, process.platform).user;
		this.#preferences = new PreferencesFile(join(dirname(this.#userFile), 'window.json'));
		this.#configuration = Configuration.load({ env: options.env, named: options.named });
		this.#anchors = readAnchors(this.#configuration.get('trust'));
	}

	get configuration(): Configuration {
		return this.#configuration;
	}

	/** Whom the person trusts, read anew whenever that changes. */
	get anchors(): readonly TrustAnchor[] {
		return this.#anchors;
	}

	get settings(): Settings {
		const { current } = this.#preferences;
		const servers = this.#configuration.get('tsa');
		return {
			...current,
			timestampServers: servers.map(({ url }) => ({ url })),
			level: this.#configuration.get('level') ?? (servers.length > 0 ? 'b-lta' : 'b-b'),
			offline: this.#configuration.get('network.offline'),
			locked: (['level', 'timestampServers', 'offline'] as const satisfies readonly SettingName[]).filter(
				(name) => this.#configuration.stated(configurationName[name]).locked,
			),
			trust: this.#anchors.map(({ certificate, source: path, test }) => ({
				id: trustIdOf(path, certificate),
				name: Certificate.parse(certificate).subject.displayName,
				source: path,
				test,
				removable: path.startsWith(this.#trustFolder + sep),
			})),
		};
	}

	/** @throws {ConfigError} `config-locked`, before anything is written. */
	change(changes: SettingsChange): Settings {
		const { level, timestampServers, offline, ...preferences } = changes;
		let next = this.#configuration;
		const entries: Record<string, unknown> = {};
		if (level !== undefined) {
			next = next.with('level', level, 'the window');
			entries['level'] = level;
		}
		if (offline !== undefined) {
			next = next.with('network.offline', offline, 'the window');
			entries['network'] = { ...this.#written('network'), offline };
		}
		if (timestampServers !== undefined) {
			const known = this.#configuration.get('tsa');
			// A server that stays keeps its credentials, policy and rate.
			const servers = timestampServers.map(
				({ url }) => known.find((server) => server.url === url) ?? { ...plainServer, url },
			);
			next = next.with('tsa', servers, 'the window');
			entries['tsa'] = servers;
		}
		if (Object.keys(entries).length > 0) this.#write(entries);
		this.#preferences.change(preferences);
		this.#configuration = next;
		return this.settings;
	}

	/** @throws {CertificateError} when the text holds no certificate; {@link ConfigError} where trust is locked. */
	addTrust(text: string): Settings {
		const paths = parseCertificates(text).map((der) => {
			const sha256 = createHash('sha256').update(der).digest('hex');
			return { path: join(this.#trustFolder, `${sha256}.cer`), der };
		});
		this.#setTrust([...this.#configuration.get('trust'), ...paths.map(({ path }) => path)], () => {
			mkdirSync(this.#trustFolder, { recursive: true, mode: 0o700 });
			for (const { path, der } of paths) writeFileSync(path, der, { mode: 0o600 });
		});
		return this.settings;
	}

	/** Takes out an anchor that was added in the window; others belong to whoever configured them. */
	removeTrust(id: TrustId): Settings {
		const anchor = this.settings.trust.find((one) => one.id === id && one.removable);
		if (anchor) {
			const path = anchor.source;
			this.#setTrust(
				this.#configuration.get('trust').filter((one) => one !== path),
				() => rmSync(path, { force: true }),
			);
		}
		return this.settings;
	}

	/** From now on what lies in these folders is trusted, and known: a room cannot ask anybody. */
	trustRoom({ anchors, data }: { readonly anchors: string; readonly data: string }): Settings {
		const trust = [...new Set([...this.#configuration.get('trust'), anchors])];
		const validationData = [...new Set([...this.#configuration.get('validationData'), data])];
		const next = this.#configuration
			.with('trust', trust, 'the window')
			.with('validationData', validationData, 'the window');
		this.#write({ trust, validationData });
		this.#configuration = next;
		this.#anchors = readAnchors(trust);
		return this.settings;
	}

	#setTrust(paths: readonly string[], touchFiles: () => void): void {
		const trust = [...new Set(paths)];
		const next = this.#configuration.with('trust', trust, 'the window');
		touchFiles();
		this.#write({ trust });
		this.#configuration = next;
		this.#anchors = readAnchors(trust);
	}

	/** Where keys that are in no token are kept. */
	get keysFolder(): string {
		return join(dirname(this.#userFile), 'keys');
	}

	get #trustFolder(): string {
		return join(dirname(this.#userFile), 'trust');
	}

	/** What the user's file holds below a name. */
	#written(name: string): object {
		const value = readJsonFile(this.#userFile)[name];
		return typeof value === 'object' && value !== null ? value : {};
	}

	/** Leaves what the user's file holds besides as it is. */
	#write(entries: Readonly<Record<string, unknown>>): void {
		writeJsonFile(this.#userFile, { ...readJsonFile(this.#userFile), ...entries });
	}
}

const configurationName = { level: 'level', timestampServers: 'tsa', offline: 'network.offline' } as const;

const plainServer = { authEnv: undefined, certificate: undefined, policy: undefined, perMinute: undefined };

/** Several anchors may lie in one file. */
function trustIdOf(path: string, certificate: Uint8Array): TrustId {
	// The brand is given here and nowhere else.
	return createHash('sha256').update(path).update(certificate).digest('base64url') as TrustId;
}
