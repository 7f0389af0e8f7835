import { assertNever } from '../../core/ports/errors.ts';
import { OsKeyring } from '../../native/osKeyring.ts';
import { below, type ServiceConfig } from '../config/configuration.ts';
import { openKeyFile, openKeystoreKey, type TenantKey } from './tenantKey.ts';

/** Where a tenant's key is by default. */
export const defaultKeyFile = (tenant: string): string => `keys/${tenant}.key`;

/** The key of a tenant, from where the configuration says. @throws {KeyError} {KeystoreError} */
export async function openTenantKey(
	config: ServiceConfig,
	tenant: ServiceConfig['tenants'][number],
): Promise<TenantKey> {
	const place = tenant.key ?? ({ kind: 'file', path: defaultKeyFile(tenant.name) } as const);
	switch (place.kind) {
		case 'file':
			return openKeyFile(below(config, place.path));
		case 'keystore':
			return openKeystoreKey(new OsKeyring(), place.name);
		default:
			return assertNever(place);
	}
}
