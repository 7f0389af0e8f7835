/** What every measurement needs: a folder that goes away, a token with an RSA-2048 key, its raw rate. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DemoPki, startDemoPki } from '../kit/demoPki.ts';
import { type SoftToken, softToken } from '../kit/softToken.ts';
import { runMeasured } from './wholeProcess.ts';

export interface Scene extends AsyncDisposable {
	readonly folder: string;
	readonly pki: DemoPki;
	readonly token: SoftToken;
	/** Path of the demo root, for `--trust`. */
	readonly anchor: string;
	/** SoftHSM's configuration and the PIN. */
	readonly environment: Readonly<Record<string, string>>;
	/** Options of `sign` that name the key and its PIN. */
	readonly key: readonly string[];
}

export async function setScene(): Promise<Scene> {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-bench-'));
	const pki = await startDemoPki();
	const token = await softToken({ entries: [{ label: 'bench', issued: pki.issue({ key: 'rsa-2048' }) }] });
	const anchor = join(folder, 'root.pem');
	writeFileSync(anchor, pki.anchorPem);
	return {
		folder,
		pki,
		token,
		anchor,
		environment: { ...token.environment, BENCH_PIN: token.pin },
		key: ['--token', token.uri('bench'), '--pin-env', 'BENCH_PIN'],
		async [Symbol.asyncDispose]() {
			await pki.close();
			token.remove();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** Signatures a second of one thread that does nothing else. */
export async function rawTokenRate(scene: Scene): Promise<number> {
	const { stdout } = await runMeasured(
		process.execPath,
		[
			fileURLToPath(new URL('./rawToken.ts', import.meta.url)),
			scene.token.modulePath,
			scene.token.label,
			scene.token.pin,
		],
		scene.environment,
	);
	return Number(stdout);
}

/** Timestamps a second that the demo's authority gives to one process that asks for nothing else. */
export async function rawTimestampRate(scene: Scene): Promise<number> {
	const { stdout } = await runMeasured(process.execPath, [
		fileURLToPath(new URL('./rawTimestamps.ts', import.meta.url)),
		scene.pki.tsa.url,
	]);
	return Number(stdout);
}
