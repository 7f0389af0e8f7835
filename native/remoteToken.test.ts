/** An HSM across a socket: p11-kit's server, and its client as the module. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SigningAlgorithm } from '../core/ports/algorithms.ts';
import { type DemoPki, startDemoPki } from '../test/kit/demoPki.ts';
import { RemoteHsm } from '../test/kit/remoteHsm.ts';
import { type SoftToken, softToken } from '../test/kit/softToken.ts';
import { openTokenSigner } from './openTokenSigner.ts';

const algorithm: SigningAlgorithm = { kind: 'rsa-pkcs1', digest: 'sha256' };
const { missing } = RemoteHsm;
if (missing !== undefined) console.error(`SKIPPED: tests with a remote token: not installed: ${missing}`);

describe.skipIf(missing !== undefined)('a token behind p11-kit', () => {
	let pki: DemoPki;
	let token: SoftToken;
	let hsm: RemoteHsm;

	beforeAll(async () => {
		pki = await startDemoPki();
		token = await softToken({ label: 'far', entries: [{ label: 'k1', issued: pki.issue({ key: 'rsa-2048' }) }] });
		hsm = new RemoteHsm({ provider: token.modulePath, token: 'far', environment: token.environment });
		await hsm.start();
	});
	afterAll(async () => {
		await hsm[Symbol.asyncDispose]();
		token.remove();
		await pki.close();
	});

	const open = (processes = 1) =>
		openTokenSigner({
			uri: hsm.uri('k1'),
			pin: async () => token.pin,
			environment: { ...process.env, ...hsm.environment },
			processes,
		});

	it('signs in as many processes as are wanted', async () => {
		const signer = await open(2);
		const values = await Promise.all(Array.from({ length: 20 }, (_, i) => signer.sign(Buffer.from([i]), algorithm)));
		await signer.close();
		expect(values).toHaveLength(20);
	});

	it('is reached again after the connection broke', async () => {
		const signer = await open();
		await signer.sign(Buffer.from('before'), algorithm);
		await hsm.stop();
		await expect(signer.sign(Buffer.from('without'), algorithm)).rejects.toMatchObject({ name: 'TokenError' });
		await hsm.start();
		await expect(signer.sign(Buffer.from('after'), algorithm)).resolves.toBeDefined();
		await signer.close();
	});
});
