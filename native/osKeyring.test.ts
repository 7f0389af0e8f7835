import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OsKeyring } from './osKeyring.ts';

describe.runIf(process.platform === 'linux')('the keyring of the system', () => {
	beforeEach(() => vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/nowhere/bus'));
	afterEach(() => vi.unstubAllEnvs());

	it('says so where no Secret Service runs, and leaves the kernel keyring alone, which forgets', async () => {
		const keyring = new OsKeyring();
		await expect(keyring.get('store x')).rejects.toMatchObject({ code: 'keystore-unavailable' });
		await expect(keyring.put('store x', new Uint8Array(32))).rejects.toMatchObject({ code: 'keystore-unavailable' });
	});
});
