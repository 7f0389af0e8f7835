import { readFileSync } from 'node:fs';
import { ConfigError } from '../../core/config/configError.ts';
import { assertNever } from '../../core/ports/errors.ts';
import { OsKeyring } from '../../native/osKeyring.ts';
import { below, type ServiceConfig, secret } from '../config/configuration.ts';
import { HsmKey } from './hsmKey.ts';
import { openKeyFile, openKeystoreKey, type TenantKey } from './tenantKey.ts';

/** Where a tenant's key is by default. */
export const defaultKeyFile = (tenant: string): string => `keys/${tenant}.key`;

/** The key of a tenant, from where the configuration says. @throws {KeyError} {KeystoreError} {TokenError} {ConfigError} */
export async function openTenantKey(
	config: ServiceConfig,
	tenant: ServiceConfig['tenants'][number],
	env: NodeJS.ProcessEnv,
): Promise<TenantKey> {
	const place = tenant.key ?? ({ kind: 'file', path: defaultKeyFile(tenant.name) } as const);
	switch (place.kind) {
		case 'file':
			return openKeyFile(below(config, place.path));
		case 'keystore':
			return openKeystoreKey(new OsKeyring(), place.name);
		case 'pkcs11':
			return HsmKey.open({
				uri: place.uri,
				pin: async () => pinOf(config, place, env),
				environment: env,
				withholdEnvironment: place.pinEnv === undefined ? [] : [place.pinEnv],
			});
		default:
			return assertNever(place);
	}
}

function pinOf(
	config: ServiceConfig,
	{ pinEnv, pinFile }: { readonly pinEnv?: string | undefined; readonly pinFile?: string | undefined },
	env: NodeJS.ProcessEnv,
): string {
	if (pinEnv !== undefined) return secret(pinEnv, env);
	if (pinFile !== undefined) return readFileSync(below(config, pinFile), 'utf8').trim();
	throw new ConfigError(
		'config-invalid',
		'tenants: the HSM wants a PIN, and the configuration does not say where it is.',
		{
			hint: 'Set pinEnv or pinFile beside the URI of the key.',
		},
	);
}
