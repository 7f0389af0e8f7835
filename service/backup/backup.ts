import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import type { QueryExecutorProvider } from 'kysely';
import { BlobError } from '../blobs/blobError.ts';
import { FileStore } from '../blobs/fileStore.ts';
import type { ObjectStore } from '../blobs/objectStore.ts';
import { below, type ServiceConfig } from '../config/configuration.ts';
import { ServiceDatabase } from '../db/serviceDatabase.ts';
import { defaultKeyFile } from '../keys/openTenantKey.ts';
import {
	backupFiles,
	blobFolder,
	dataTables,
	eventTables,
	type FileHead,
	keyTables,
	objectListOf,
	pathFor,
} from './contents.ts';
import { tableRows, writeRow } from './rowText.ts';
import { writeSealedFile } from './sealedFile.ts';

const DAY = 86_400_000;

export interface BackupOptions {
	readonly config: ServiceConfig;
	readonly database: ServiceDatabase;
	readonly store: ObjectStore;
	/** A folder, on another machine's disk if it is to be of use. */
	readonly target: string;
	/** 32 bytes. */
	readonly key: Uint8Array;
	readonly now: Date;
}

export interface BackupReport {
	readonly at: Date;
	readonly rows: number;
	/** Objects copied now, and there from before. */
	readonly copied: number;
	readonly kept: number;
	/** Named by a row, and not in the store: damage, or destroyed this moment. */
	readonly missing: readonly string[];
}

/**
 * Writes a backup while the service runs: rows as of one moment, then the objects they name that the target does not have
 * yet. Keys go into a file of their own.
 */
export async function backUp(options: BackupOptions): Promise<BackupReport> {
	const { config, target, key, now, store } = options;
	const objects: string[] = [];
	const counter = { rows: 0 };
	// A connection of its own: what it reads is of one moment, and holds nobody up.
	const database = ServiceDatabase.connect(options.database.settings);
	const dataFile = pathFor(target, 'data', now);
	try {
		const isolation = database.dialect === 'postgres' ? 'repeatable read' : undefined;
		const begin = database.main.transaction();
		await (isolation === undefined ? begin : begin.setIsolationLevel(isolation)).execute(async (main) => {
			const keyLines = keyText(headOf(database, 'keys', now), main, config);
			await writeSealedFile(pathFor(target, 'keys', now), { key, kind: 'keys' }, keyLines);
			const lines = async function* (): AsyncIterable<string> {
				yield `${JSON.stringify(headOf(database, 'data', now))}\n`;
				for (const table of dataTables)
					for await (const row of tableRows(main, table)) {
						if (table.name === 'blob') objects.push(String(row.row['object']));
						counter.rows += 1;
						yield writeRow(row);
					}
				// After the rest: what is in the chain by now is at least what the rows above know of.
				for (const table of eventTables)
					for await (const row of tableRows(database.events, table)) {
						counter.rows += 1;
						yield writeRow(row);
					}
			};
			await writeSealedFile(dataFile, { key, kind: 'data' }, lines());
		});
	} finally {
		await database.close();
	}
	await writeFile(objectListOf(dataFile), `${objects.join('\n')}\n`, { mode: 0o600 });
	return { at: now, rows: counter.rows, ...(await copyObjects(store, new FileStore(blobFolder(target)), objects)) };
}

function headOf(database: ServiceDatabase, kind: FileHead['kind'], now: Date): FileHead {
	const newest = (steps: object): string => Object.keys(steps).sort().at(-1) ?? '';
	const { main, events } = database.migrations;
	return {
		paraph: 'backup',
		version: 1,
		kind,
		at: now.toISOString(),
		steps: { main: newest(main.steps), events: newest(events.steps) },
	};
}

async function* keyText(head: FileHead, main: QueryExecutorProvider, config: ServiceConfig): AsyncIterable<string> {
	yield `${JSON.stringify(head)}\n`;
	for (const table of keyTables) for await (const row of tableRows(main, table)) yield writeRow(row);
	for (const file of keyFiles(config))
		if (existsSync(below(config, file)))
			yield `${JSON.stringify({ file, content: readFileSync(below(config, file)).toString('base64') })}\n`;
}

/** Keys that lie in files of the data folder. Those in a keystore or an HSM are backed up by its own means. */
function keyFiles({ tenants }: ServiceConfig): readonly string[] {
	const ofTenants = tenants.flatMap(({ name, key }) => {
		if (key === undefined) return [defaultKeyFile(name)];
		return key.kind === 'file' ? [key.path] : [];
	});
	return [...ofTenants, 'keys/sealing.pem', 'keys/sealing.cer'];
}

/** They are encrypted as they are, and never change: what is there already is right. */
async function copyObjects(
	from: ObjectStore,
	to: ObjectStore,
	objects: readonly string[],
): Promise<Pick<BackupReport, 'copied' | 'kept' | 'missing'>> {
	const missing: string[] = [];
	let copied = 0;
	let kept = 0;
	for (const object of objects) {
		const size = await from.size(object);
		if (size === undefined) missing.push(object);
		else if ((await to.size(object)) === size) kept += 1;
		else {
			try {
				await to.put(object, from.get(object, 0, size));
				copied += 1;
			} catch (error) {
				if (!(error instanceof BlobError) || error.code !== 'blob-missing') throw error;
				missing.push(object);
			}
		}
	}
	return { copied, kept, missing };
}

/** Removes what is too old from a target: data after a year, keys after a month, objects that no data names any more. */
export async function expireBackups(
	target: string,
	{ dataDays, keyDays, now }: { readonly dataDays: number; readonly keyDays: number; readonly now: Date },
): Promise<{ readonly data: number; readonly keys: number; readonly objects: number }> {
	const limit = (days: number): number => now.getTime() - days * DAY;
	const old = (kind: 'data' | 'keys', days: number) =>
		backupFiles(target, kind).filter(({ at }) => at.getTime() < limit(days));
	const keys = old('keys', keyDays);
	for (const { path } of keys) await rm(path, { force: true });
	const data = old('data', dataDays);
	for (const { path } of data) {
		await rm(path, { force: true });
		await rm(objectListOf(path), { force: true });
	}
	const named = new Set<string>();
	for (const { path } of backupFiles(target, 'data'))
		for (const name of (await readFile(objectListOf(path), 'utf8')).split('\n')) named.add(name);
	const store = new FileStore(blobFolder(target));
	let objects = 0;
	for await (const { name } of store.list()) {
		if (named.has(name)) continue;
		await store.remove(name);
		objects += 1;
	}
	return { data: data.length, keys: keys.length, objects };
}
