import { existsSync } from 'node:fs';
import { openStore } from '../blobs/openStore.ts';
import type { ServiceConfig } from '../config/configuration.ts';
import { databaseSettings } from '../config/databaseSettings.ts';
import { ServiceDatabase } from '../db/serviceDatabase.ts';
import { randomKey } from '../keys/seal.ts';
import { readKeyFile, writeKeyFile } from '../keys/tenantKey.ts';
import { type BackupReport, backUp, expireBackups } from './backup.ts';

export interface BackupRun {
	readonly report: BackupReport;
	readonly expired: Awaited<ReturnType<typeof expireBackups>>;
	/** Whether the key file was made now. */
	readonly keyMade: boolean;
}

/** One backup of a service, running or not, and the removal of those that are too old. @throws {KeyError} {BackupError} */
export async function runBackup(options: {
	readonly config: ServiceConfig;
	readonly env: NodeJS.ProcessEnv;
	readonly target: string;
	readonly keyFile: string;
	readonly now: Date;
}): Promise<BackupRun> {
	const { config, env, target, keyFile, now } = options;
	const keyMade = !existsSync(keyFile);
	if (keyMade) writeKeyFile(keyFile, randomKey());
	const key = readKeyFile(keyFile);
	await using database = await ServiceDatabase.open(databaseSettings(config, env));
	const store = await openStore(config, env);
	try {
		const report = await backUp({ config, database, store, target, key, now });
		const { dataDays = 365, keyDays = 30 } = config.backup ?? {};
		return { report, expired: await expireBackups(target, { dataDays, keyDays, now }), keyMade };
	} finally {
		store.close();
	}
}
