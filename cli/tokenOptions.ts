import type { Configuration } from '../core/config/configuration.ts';
import type { Signer } from '../core/ports/signer.ts';
import { keepOutOfCoreDumps } from '../native/modules/coreDump.ts';
import type { OptionTable } from './arguments.ts';
import type { Io } from './command.ts';
import { UsageError } from './errors.ts';
import { pinHelp, pinOptionTable, pinSource } from './pinSource.ts';
import { remoteHelp } from './remoteHelp.ts';

export const keyOptionTable = {
	token: 'text',
	p12: 'text',
	remote: 'text',
	...pinOptionTable,
} as const satisfies OptionTable;

export const keyHelp = `  --token URI               the key, as a PKCS#11 URI (RFC 7512); 'paraph tokens' lists them
  --p12 FILE                a PKCS#12 file instead
${remoteHelp}
${pinHelp}`;

export interface KeyArguments {
	readonly token: string | undefined;
	readonly p12: string | undefined;
	readonly remote: string | undefined;
	readonly 'pin-env': string | undefined;
	readonly 'pin-file': string | undefined;
}

/** Refuses, before anything is tried, a key that is not named as it should be. @throws {UsageError} */
export function checkKeyOptions({ token, p12, remote }: KeyArguments, configuration: Configuration): void {
	const given = [token, p12, remote].filter((one) => one !== undefined);
	if (given.length > 1) throw new UsageError('--token, --p12 and --remote exclude each other');
	if (given.length === 0 && configuration.get('token') === undefined)
		throw new UsageError('no key is named', { hint: "Name one with --token; 'paraph tokens' lists them." });
}

/**
 * Opens what signs.
 *
 * @throws {UsageError} for none, or more than one; {TokenError}; {NetworkError} for a remote key.
 */
export async function openSigner(options: KeyArguments, configuration: Configuration, io: Io): Promise<Signer> {
	checkKeyOptions(options, configuration);
	const { p12, remote, token = configuration.get('token') } = options;
	keepOutOfCoreDumps();
	const pin = pinSource(options, io);
	if (remote !== undefined) {
		const { openRemoteSigner } = await import('./remoteSigner.ts');
		return openRemoteSigner(remote, pin, configuration, io);
	}
	if (p12 !== undefined) {
		if (!configuration.get('pkcs12')) throw new UsageError('--p12: PKCS#12 files are not allowed on this machine');
		const { openPkcs12Signer } = await import('../native/pkcs12Signer.ts');
		return openPkcs12Signer({ file: p12, pin });
	}
	if (token === undefined) throw new TypeError('a key was named a moment ago');
	const { openTokenSigner } = await import('../native/openTokenSigner.ts');
	const { modulesToSearch } = await import('../native/driverOptions.ts');
	const { locked } = configuration.stated('modules');
	const configured = configuration.get('modules');
	const seconds = configuration.get('tokenTimeout');
	const patience = configuration.get('tokenPatience');
	return openTokenSigner({
		uri: token,
		pin,
		timeouts: { login: seconds * 1000, sign: seconds * 1000 },
		patience: patience * 1000,
		onAbsent: (label, isAbsent) => {
			const words = `'${label}' was taken out: put it back within ${patience} s, and what is left will be signed.`;
			if (isAbsent) io.stderr.write(`${words}\n`);
		},
		processes: configuration.get('tokenProcesses'),
		environment: io.env,
		signal: io.signal,
		modules: modulesToSearch({ configured, locked, environment: io.env }),
		modulesOnly: locked,
		...(options['pin-env'] === undefined ? {} : { withholdEnvironment: [options['pin-env']] }),
	});
}
