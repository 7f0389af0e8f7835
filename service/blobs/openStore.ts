import { below, type ServiceConfig, secret } from '../config/configuration.ts';
import { FileStore } from './fileStore.ts';
import type { ObjectStore } from './objectStore.ts';

/** Where encrypted bytes go, as the configuration says. @throws {ConfigError} */
export async function openStore(config: ServiceConfig, env: NodeJS.ProcessEnv): Promise<ObjectStore> {
	const { blobs } = config;
	if (blobs.kind === 'files') return new FileStore(below(config, 'blobs'));
	// Imported on demand: the library is large, and a folder needs none of it.
	const { S3Store } = await import('./s3Store.ts');
	const { accessKeyIdEnv, secretAccessKeyEnv, ...place } = blobs;
	const credentials =
		accessKeyIdEnv === undefined || secretAccessKeyEnv === undefined
			? undefined
			: { accessKeyId: secret(accessKeyIdEnv, env), secretAccessKey: secret(secretAccessKeyEnv, env) };
	return new S3Store({ ...place, credentials });
}
