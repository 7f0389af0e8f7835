/** In a file of its own: a process finds its Secret Service once, and keeps to it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SecretService } from '../test/kit/secretService.ts';
import { OsKeyring } from './osKeyring.ts';

describe.runIf(SecretService.possible)('the keyring of the system', () => {
	let service: SecretService;
	beforeAll(async () => {
		service = await SecretService.start();
		vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', service.environment.DBUS_SESSION_BUS_ADDRESS);
	});
	afterAll(async () => {
		vi.unstubAllEnvs();
		await service[Symbol.asyncDispose]();
	});

	it('keeps a secret of any bytes for whoever asks by its name, until it is removed', async () => {
		const secret = Uint8Array.of(0, 255, 10, 13, 128);
		await expect(new OsKeyring().get('store x')).resolves.toBeUndefined();
		await new OsKeyring().put('store x', secret);
		await expect(new OsKeyring().get('store x')).resolves.toEqual(secret);
		await expect(new OsKeyring().get('store y')).resolves.toBeUndefined();
		await new OsKeyring().remove('store x');
		await expect(new OsKeyring().get('store x')).resolves.toBeUndefined();
	});
});
