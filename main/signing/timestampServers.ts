import { readFileSync } from 'node:fs';
import { ConfigError } from '../../core/config/configError.ts';
import type { TimestampServer } from '../../core/config/settings.ts';
import type { TimestampAuthority } from '../../core/tsp/tsaClient.ts';

/** A configured authority with its secrets, which the configuration only names. @throws {ConfigError} */
export function withSecrets(server: TimestampServer, env: NodeJS.ProcessEnv): TimestampAuthority {
	const { url, authEnv, certificate, policy, perMinute } = server;
	return {
		url,
		policy,
		rate: perMinute === undefined ? undefined : perMinute / 60,
		credentials: authEnv === undefined ? undefined : credentials(variable(authEnv, env), authEnv),
		clientCertificate: certificate && {
			pkcs12: readFileSync(certificate.file),
			password: certificate.passwordEnv === undefined ? '' : variable(certificate.passwordEnv, env),
		},
	};
}

function variable(name: string, env: NodeJS.ProcessEnv): string {
	const value = env[name];
	if (value !== undefined) return value;
	throw new ConfigError('config-invalid', `The environment variable ${name} is not set.`, {
		hint: 'The configuration of a timestamp server names it: set it before Paraph is started.',
		subject: name,
	});
}

function credentials(text: string, name: string): { readonly user: string; readonly password: string } {
	const colon = text.indexOf(':');
	if (colon !== -1) return { user: text.slice(0, colon), password: text.slice(colon + 1) };
	throw new ConfigError('config-invalid', `The environment variable ${name} does not hold 'user:password'.`, {
		hint: 'Set it to the account at the timestamp server.',
		subject: name,
	});
}
