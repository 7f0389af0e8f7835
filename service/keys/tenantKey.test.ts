import { expect, it, vi } from 'vitest';
import { OsKeyring } from '../../native/osKeyring.ts';
import { SecretService } from '../../test/kit/secretService.ts';
import { openKeystoreKey } from './tenantKey.ts';

it.runIf(SecretService.possible)(
	'the key of a tenant lives in the keyring of the system, and is the same at the next start',
	async () => {
		await using service = await SecretService.start();
		vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', service.environment.DBUS_SESSION_BUS_ADDRESS);
		const first = await openKeystoreKey(new OsKeyring(), 'tenant');
		const wrapped = await first.wrap(Buffer.from('a key of a document'), 'document 1');
		await first.close();
		const next = await openKeystoreKey(new OsKeyring(), 'tenant');
		expect((await next.unwrap(wrapped, 'document 1')).toString()).toBe('a key of a document');
		const other = await openKeystoreKey(new OsKeyring(), 'another tenant');
		await expect(other.unwrap(wrapped, 'document 1')).rejects.toMatchObject({ code: 'sealed-damaged' });
		vi.unstubAllEnvs();
	},
);
