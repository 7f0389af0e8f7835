/** Every setting there is: its name in the file, what it may be, and what it is where nobody says. */

export interface TimestampServer {
	readonly url: string;
	/** Environment variable that holds `user:password`. */
	readonly authEnv: string | undefined;
	/** PKCS#12 file of the TLS client certificate, and the environment variable that holds its password. */
	readonly certificate: { readonly file: string; readonly passwordEnv: string | undefined } | undefined;
	/** OID of the policy to ask for. */
	readonly policy: string | undefined;
	/** Timestamps a minute that the contract allows. */
	readonly perMinute: number | undefined;
}

/** Values by setting; a dot in the name is a level in the file. */
export interface Settings {
	readonly level: 'b-b' | 'b-t' | 'b-lt' | 'b-lta' | undefined;
	readonly digest: 'sha256' | 'sha384' | 'sha512';
	readonly tsa: readonly TimestampServer[];
	readonly trust: readonly string[];
	/** Address of the list of lists, or of a single list (ETSI TS 119 612). */
	readonly 'trustedLists.lotl': string | undefined;
	/** Files and folders with the certificates whose lists are taken. */
	readonly 'trustedLists.signers': readonly string[];
	/** Where lists are kept; in a room without network, put there by hand. */
	readonly 'trustedLists.folder': string | undefined;
	readonly validationData: readonly string[];
	readonly modules: readonly string[];
	readonly token: string | undefined;
	readonly pkcs12: boolean;
	readonly tokenProcesses: number;
	/** Seconds that a driver may take over a login or a signature, where nobody types at the reader. */
	readonly tokenTimeout: number;
	/** Seconds that a batch waits for a card that was taken out. */
	readonly tokenPatience: number;
	/** Environment variables with what a remote signing service wants: access token, `user:password`, one-time code. */
	readonly 'remote.accessTokenEnv': string;
	readonly 'remote.loginEnv': string;
	readonly 'remote.codeEnv': string;
	/** How remote signing services know this application (OAuth 2.0); without it no browser is opened. */
	readonly 'remote.clientId': string | undefined;
	readonly 'remote.clientSecretEnv': string;
	/** Addresses that may be asked although `network.offline` is set. */
	readonly localServices: readonly string[];
	readonly 'network.allowLocal': boolean;
	readonly 'network.offline': boolean;
	readonly 'network.proxy': string | undefined;
	readonly 'updates.enabled': boolean;
}

export type SettingName = keyof Settings;

interface Rule<T> {
	readonly fallback: T;
	/** What is wanted, for the message; `read` gives undefined for anything else. */
	readonly wanted: string;
	read(value: unknown): { readonly value: T } | undefined;
}

const choice = <const T extends string>(...choices: readonly T[]) => ({
	wanted: `one of ${choices.join(', ')}`,
	read: (value: unknown) => {
		const found = choices.find((one) => one === value);
		return found === undefined ? undefined : { value: found };
	},
});
const flag = {
	wanted: 'true or false',
	read: (value: unknown) => (typeof value === 'boolean' ? { value } : undefined),
};
const text = {
	wanted: 'a text',
	read: (value: unknown) => (typeof value === 'string' && value !== '' ? { value } : undefined),
};
const texts = {
	wanted: 'a list of texts',
	read: (value: unknown) =>
		Array.isArray(value) && value.every((item): item is string => typeof item === 'string') ? { value } : undefined,
};
const wholeNumber = (least: number, most: number) => ({
	wanted: `a whole number from ${least} to ${most}`,
	read: (value: unknown) =>
		typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most ? { value } : undefined,
});

export const rules: { readonly [K in SettingName]: Rule<Settings[K]> } = {
	level: { fallback: undefined, ...choice('b-b', 'b-t', 'b-lt', 'b-lta') },
	digest: { fallback: 'sha256', ...choice('sha256', 'sha384', 'sha512') },
	tsa: {
		fallback: [],
		wanted: 'a list of addresses, or of objects with url, authEnv, certificate, policy, perMinute',
		read: (value) => {
			if (!Array.isArray(value)) return undefined;
			const servers = value.map(readServer);
			const sound = servers.filter((server) => server !== undefined);
			return sound.length === servers.length ? { value: sound } : undefined;
		},
	},
	trust: { fallback: [], ...texts },
	'trustedLists.lotl': {
		fallback: undefined,
		wanted: 'an http or https address',
		read: (value) => (typeof value === 'string' && isHttp(value) ? { value } : undefined),
	},
	'trustedLists.signers': { fallback: [], ...texts },
	'trustedLists.folder': { fallback: undefined, ...text },
	validationData: { fallback: [], ...texts },
	modules: { fallback: [], ...texts },
	token: { fallback: undefined, ...text },
	pkcs12: { fallback: true, ...flag },
	tokenProcesses: { fallback: 2, ...wholeNumber(1, 16) },
	tokenTimeout: { fallback: 30, ...wholeNumber(1, 600) },
	tokenPatience: { fallback: 30, ...wholeNumber(0, 3600) },
	'remote.accessTokenEnv': { fallback: 'PARAPH_REMOTE_TOKEN', ...text },
	'remote.loginEnv': { fallback: 'PARAPH_REMOTE_LOGIN', ...text },
	'remote.codeEnv': { fallback: 'PARAPH_REMOTE_CODE', ...text },
	'remote.clientId': { fallback: undefined, ...text },
	'remote.clientSecretEnv': { fallback: 'PARAPH_REMOTE_SECRET', ...text },
	localServices: {
		fallback: [],
		wanted: 'a list of addresses (http://127.0.0.1:8080/tsa), host:port or host, asked even with network.offline',
		read: texts.read,
	},
	'network.allowLocal': { fallback: false, ...flag },
	'network.offline': { fallback: false, ...flag },
	'network.proxy': { fallback: undefined, ...text },
	'updates.enabled': { fallback: true, ...flag },
};

/** Settings that may also be written elsewhere in the file. */
export const otherSpellings: Readonly<Record<string, SettingName>> = { 'network.localServices': 'localServices' };

export const settingNames = Object.keys(rules).filter((name): name is SettingName => name in rules);

function readServer(value: unknown): TimestampServer | undefined {
	const plain = { authEnv: undefined, certificate: undefined, policy: undefined, perMinute: undefined };
	if (typeof value === 'string') return isHttp(value) ? { url: value, ...plain } : undefined;
	if (typeof value !== 'object' || value === null) return undefined;
	const { url, authEnv, certificate, policy, perMinute, ...others }: Record<string, unknown> = { ...value };
	if (Object.keys(others).length > 0 || typeof url !== 'string' || !isHttp(url)) return undefined;
	const own = certificate === undefined ? undefined : readCertificate(certificate);
	if (certificate !== undefined && own === undefined) return undefined;
	if (!isOptional('string', authEnv) || !isOptional('string', policy) || !isOptional('number', perMinute))
		return undefined;
	return {
		url,
		authEnv: authEnv === undefined ? undefined : String(authEnv),
		certificate: own,
		policy: policy === undefined ? undefined : String(policy),
		perMinute: perMinute === undefined ? undefined : Number(perMinute),
	};
}

function readCertificate(value: unknown): TimestampServer['certificate'] {
	if (typeof value !== 'object' || value === null) return undefined;
	const { file, passwordEnv }: Record<string, unknown> = { ...value };
	if (typeof file !== 'string' || !isOptional('string', passwordEnv)) return undefined;
	return { file, passwordEnv: passwordEnv === undefined ? undefined : String(passwordEnv) };
}

const isOptional = (type: 'string' | 'number', value: unknown): boolean => value === undefined || typeof value === type;

function isHttp(text: string): boolean {
	return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
