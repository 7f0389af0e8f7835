import type { TimestampServer } from '../core/config/settings.ts';
import type { TimestampAuthority } from '../core/tsp/tsaClient.ts';
import type { OptionTable } from './arguments.ts';
import type { Io } from './command.ts';
import { UsageError } from './errors.ts';
import { readVariable } from './inputs.ts';
import { readOptionFile } from './optionFile.ts';

export const tsaOptionTable = {
	tsa: 'texts',
	'tsa-auth-env': 'texts',
	'tsa-cert': 'texts',
	'tsa-cert-password-env': 'texts',
	'tsa-policy': 'texts',
} as const satisfies OptionTable;

export const tsaHelp = `  --tsa URL                 timestamp authority; repeatable, tried in order
  --tsa-auth-env VAR        'user:password' for the --tsa before it
  --tsa-cert P12, --tsa-cert-password-env VAR, --tsa-policy OID
                            TLS client certificate, its password, and policy for the --tsa before it`;

/**
 * The authorities named on the command line, each with what follows it.
 *
 * @returns undefined where none is named.
 * @throws {UsageError} for an option that has no --tsa before it.
 */
export function namedServers(
	order: readonly { readonly name: string; readonly value: string }[],
): readonly TimestampServer[] | undefined {
	const servers: TimestampServer[] = [];
	const change = (option: string, change: (server: TimestampServer) => TimestampServer): void => {
		const last = servers.pop();
		if (!last) throw new UsageError(`--${option} belongs to the --tsa before it, and there is none`);
		servers.push(change(last));
	};
	for (const { name, value } of order) {
		if (name === 'tsa') {
			servers.push({
				url: address(value),
				authEnv: undefined,
				certificate: undefined,
				policy: undefined,
				perMinute: undefined,
			});
		} else if (name === 'tsa-auth-env') change(name, (server) => ({ ...server, authEnv: value }));
		else if (name === 'tsa-policy') change(name, (server) => ({ ...server, policy: value }));
		else if (name === 'tsa-cert') {
			change(name, (server) => ({ ...server, certificate: { file: value, passwordEnv: undefined } }));
		} else if (name === 'tsa-cert-password-env') {
			change(name, (server) => {
				if (!server.certificate) throw new UsageError('--tsa-cert-password-env belongs to the --tsa-cert before it');
				return { ...server, certificate: { ...server.certificate, passwordEnv: value } };
			});
		}
	}
	return servers.length > 0 ? servers : undefined;
}

/** With secrets and certificates read from where they are. @throws {UsageError} */
export function resolveServer(server: TimestampServer, io: Io): TimestampAuthority {
	const { url, authEnv, certificate, policy, perMinute } = server;
	return {
		url,
		policy,
		rate: perMinute === undefined ? undefined : perMinute / 60,
		credentials: authEnv === undefined ? undefined : credentials(readVariable(io, authEnv, '--tsa-auth-env'), authEnv),
		clientCertificate: certificate && {
			pkcs12: readOptionFile('--tsa-cert', certificate.file),
			password: certificate.passwordEnv ? readVariable(io, certificate.passwordEnv, '--tsa-cert-password-env') : '',
		},
	};
}

function credentials(text: string, variable: string): { user: string; password: string } {
	const colon = text.indexOf(':');
	if (colon === -1) throw new UsageError(`${variable} must hold 'user:password'`);
	return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function address(url: string): string {
	if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
	throw new UsageError(`--tsa: '${url}' is not an http or https address`);
}
