/** A bucket on loopback (s3rver): enough of S3 for what a store asks, though it believes any signature. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';
import type { S3Settings } from '../../service/blobs/s3Store.ts';

export class S3Server implements AsyncDisposable {
	readonly #server: S3rver;
	readonly #folder: string;
	readonly #address: AddressInfo;

	private constructor(server: S3rver, folder: string, address: AddressInfo) {
		this.#server = server;
		this.#folder = folder;
		this.#address = address;
	}

	static async start(): Promise<S3Server> {
		const folder = mkdtempSync(join(tmpdir(), 'paraph-s3-'));
		const server = new S3rver({
			address: '127.0.0.1',
			port: 0,
			silent: true,
			directory: folder,
			configureBuckets: [{ name: 'paraph' }],
		});
		return new S3Server(server, folder, await server.run());
	}

	settings(prefix = ''): S3Settings {
		return {
			endpoint: `http://127.0.0.1:${this.#address.port}`,
			region: 'us-east-1',
			bucket: 'paraph',
			prefix,
			credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
		};
	}

	async stop(): Promise<void> {
		await this.#server.close();
		rmSync(this.#folder, { recursive: true, force: true });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
	}
}
