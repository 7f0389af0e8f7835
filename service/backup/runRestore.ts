import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Certificate } from '../../core/pki/certificate.ts';
import { openStore } from '../blobs/openStore.ts';
import type { ServiceConfig } from '../config/configuration.ts';
import { databaseSettings } from '../config/databaseSettings.ts';
import { trustAnchors } from '../config/trustAnchors.ts';
import { ServiceDatabase } from '../db/serviceDatabase.ts';
import { readKeyFile } from '../keys/tenantKey.ts';
import { type RestoreReport, restore } from './restore.ts';

/**
 * Restores a backup to where the configuration says; or, to see whether it would do, into a folder that is removed again.
 *
 * @throws {BackupError} {KeyError} {ConfigError}
 */
export async function runRestore(options: {
	readonly config: ServiceConfig;
	readonly env: NodeJS.ProcessEnv;
	readonly from: string;
	readonly keyFile: string;
	readonly at: Date | undefined;
	readonly checkOnly: boolean;
	readonly signal: AbortSignal;
}): Promise<RestoreReport> {
	const { config, env, from: target, keyFile, at, checkOnly, signal } = options;
	const key = readKeyFile(keyFile);
	const anchors = trustAnchors(config, config.validation.trust).map(({ certificate }) =>
		Certificate.parse(certificate),
	);
	if (!checkOnly) {
		await using database = await ServiceDatabase.open(databaseSettings(config, env));
		const store = await openStore(config, env);
		try {
			return await restore({ config, env, database, store, target, key, at, anchors, signal });
		} finally {
			store.close();
		}
	}
	const data = mkdtempSync(join(tmpdir(), 'paraph-restore-'));
	try {
		await using database = await ServiceDatabase.open({ kind: 'sqlite', folder: data });
		return await restore({
			config: { ...config, data },
			env,
			database,
			store: undefined,
			target,
			key,
			at,
			anchors,
			signal,
		});
	} finally {
		rmSync(data, { recursive: true, force: true });
	}
}
