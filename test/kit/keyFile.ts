/** A PKCS#12 file as OpenSSL makes it. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Issued } from './demoPki/authority.ts';
import { pem } from './demoPki.ts';

/** @param options of `openssl pkcs12 -export`. */
export function keyFile(issued: Issued, password: string, ...options: readonly string[]): Buffer {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-p12-'));
	try {
		writeFileSync(join(folder, 'key.pem'), issued.key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
		writeFileSync(
			join(folder, 'certificates.pem'),
			[issued.certificate, ...issued.chain].map((der) => pem(der)).join('\n'),
		);
		const files = ['-inkey', 'key.pem', '-in', 'certificates.pem', '-out', 'key.p12'];
		const args = ['pkcs12', '-export', ...files, '-passout', `pass:${password}`, ...options];
		execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
		return readFileSync(join(folder, 'key.p12'));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
