/** What signs a corpus: a demo PKI, and a key in a file, which any number of processes may use at once. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pem } from '../kit/demoPki.ts';
import { type DemoSite, startDemoSite } from '../kit/demoSite.ts';

export interface Scene {
	/** For the outputs; it goes away in the end. */
	readonly directory: string;
	readonly site: DemoSite;
	readonly pkcs12: string;
	close(): Promise<void>;
}

export async function setScene(): Promise<Scene> {
	const directory = mkdtempSync(join(tmpdir(), 'paraph-corpus-'));
	const site = await startDemoSite({ directory: join(directory, 'site') });
	const { certificate, key, chain } = site.pki.issue({ key: 'p256', commonName: 'Kari Nordmann' });
	const parts = join(directory, 'signer.pem');
	const pkcs12 = join(directory, 'signer.p12');
	const privateKey = key.privateKey.export({ type: 'pkcs8', format: 'pem' });
	writeFileSync(parts, [privateKey, ...[certificate, ...chain].map((each) => pem(each))].join('\n'));
	execFileSync('openssl', ['pkcs12', '-export', '-in', parts, '-out', pkcs12, '-passout', `file:${site.pinFile}`]);
	return {
		directory,
		site,
		pkcs12,
		async close() {
			await site.close();
			rmSync(directory, { recursive: true, force: true });
		},
	};
}
