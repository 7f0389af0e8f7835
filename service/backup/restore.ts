import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type QueryExecutorProvider, sql } from 'kysely';
import { z } from 'zod';
import type { Certificate } from '../../core/pki/certificate.ts';
import { Blobs } from '../blobs/blobs.ts';
import { FileStore } from '../blobs/fileStore.ts';
import type { ObjectStore } from '../blobs/objectStore.ts';
import { checkBlob } from '../blobs/upkeep.ts';
import { below, type ServiceConfig } from '../config/configuration.ts';
import type { ServiceDatabase } from '../db/serviceDatabase.ts';
import { EventLog } from '../events/eventLog.ts';
import { type EventReport, verifyEvents } from '../events/verifyEvents.ts';
import { openTenants, type Tenants } from '../tenants.ts';
import { BackupError } from './backupError.ts';
import { type BackupFile, backupFiles, blobFolder, eventTables, fileHead, keyFileLine } from './contents.ts';
import { insertRow, linesOf, readRow } from './rowText.ts';
import { type FileKind, readSealedFile } from './sealedFile.ts';

export interface RestoreOptions {
	/** Where it is restored to; relative key files go below its data folder. */
	readonly config: ServiceConfig;
	readonly env: NodeJS.ProcessEnv;
	/** Empty, and of the newest version. */
	readonly database: ServiceDatabase;
	/** Undefined where the objects are looked at in the backup itself. */
	readonly store: ObjectStore | undefined;
	readonly target: string;
	readonly key: Uint8Array;
	/** The state of the data at this time; the newest where it is left out. Keys are always the newest. */
	readonly at: Date | undefined;
	/** Of those who stamped the chains' heads. */
	readonly anchors: readonly Certificate[];
	readonly signal: AbortSignal;
}

export interface RestoreReport {
	/** Times of the backups that were used. */
	readonly data: Date;
	readonly keys: Date;
	readonly rows: number;
	/** Documents in the data whose keys were destroyed since: they stay destroyed. */
	readonly destroyed: number;
	readonly blobs: { readonly sound: number; readonly damaged: readonly string[] };
	readonly chains: readonly (Pick<EventReport, 'checked' | 'brokenAt' | 'head' | 'ok'> & { readonly tenant: string })[];
	/** Every chain and every blob holds. */
	readonly ok: boolean;
}

/**
 * Restores a backup and proves it: every chain of events is walked, every blob decrypted and hashed.
 *
 * @throws {BackupError} {KeyError}
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
	const { config, database, target, key, at, anchors, signal } = options;
	const data = newest(backupFiles(target, 'data'), at, target);
	const keys = newest(backupFiles(target, 'keys'), undefined, target);
	await requireEmpty(database);
	await restoreKeys(keys, key, config, database);
	const rows = await restoreData(data, key, database);
	const destroyed = await forgetDestroyed(database);
	await dropLaterEvents(database);
	const from = new FileStore(blobFolder(target));
	if (options.store !== undefined) await copyObjects(database, from, options.store);
	const tenants = await openTenants(config, database, options.env);
	try {
		const blobs = await checkBlobs(database, tenants, options.store ?? from, signal);
		const log = new EventLog(database);
		const chains = [];
		for (const tenant of tenants) {
			const { checked, brokenAt, head, ok } = await verifyEvents(database, log, tenant, anchors);
			chains.push({ tenant: tenant.name, checked, brokenAt, head, ok });
		}
		const ok = blobs.damaged.length === 0 && chains.every((chain) => chain.ok);
		return { data: data.at, keys: keys.at, rows, destroyed, blobs, chains, ok };
	} finally {
		await tenants.close();
	}
}

function newest(files: readonly BackupFile[], at: Date | undefined, target: string): BackupFile {
	const found = files.findLast((file) => at === undefined || file.at <= at);
	if (found !== undefined) return found;
	throw new BackupError(
		'backup-missing',
		`${target} holds no backup that reaches back to ${at?.toISOString() ?? 'any time'}.`,
		{
			subject: target,
		},
	);
}

async function requireEmpty({ main }: ServiceDatabase): Promise<void> {
	const row = await main.selectFrom('tenant').select('id').executeTakeFirst();
	if (row !== undefined)
		throw new BackupError('not-empty', 'The database that is to be restored into holds something already.');
}

async function restoreKeys(
	file: BackupFile,
	key: Uint8Array,
	config: ServiceConfig,
	database: ServiceDatabase,
): Promise<void> {
	for await (const line of contentOf(file, key, 'keys', database)) {
		const asFile = keyFileLine.safeParse(JSON.parse(line));
		if (!asFile.success) {
			await insertRow(database.main, readRow(line));
			continue;
		}
		const path = below(config, asFile.data.file);
		if (existsSync(path)) continue;
		mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
		writeFileSync(path, Buffer.from(asFile.data.content, 'base64'), { mode: 0o600, flag: 'wx' });
	}
}

/** Each database in one transaction: it is there whole, or not at all. */
async function restoreData(file: BackupFile, key: Uint8Array, database: ServiceDatabase): Promise<number> {
	const ofEvents = new Set(eventTables.map(({ name }) => name));
	let rows = 0;
	const insert = (isWanted: (table: string) => boolean) => async (trx: QueryExecutorProvider) => {
		for await (const line of contentOf(file, key, 'data', database)) {
			const row = readRow(line);
			if (!isWanted(row.table)) continue;
			await insertRow(trx, row);
			rows += 1;
		}
	};
	await database.main.transaction().execute(insert((table) => !ofEvents.has(table)));
	await database.events.transaction().execute(insert((table) => ofEvents.has(table)));
	return rows;
}

async function* contentOf(
	file: BackupFile,
	key: Uint8Array,
	kind: FileKind,
	database: ServiceDatabase,
): AsyncIterable<string> {
	let isFirst = true;
	for await (const line of linesOf(readSealedFile(file.path, { key, kind }))) {
		if (isFirst) {
			requireKnown(line, database, file.path);
			isFirst = false;
		} else if (line !== '') yield line;
	}
	if (isFirst) throw new BackupError('backup-damaged', `${file.path} is empty.`, { subject: file.path });
}

function requireKnown(line: string, { migrations }: ServiceDatabase, path: string): void {
	const head = z.parse(fileHead, JSON.parse(line));
	if (head.steps.main in migrations.main.steps && head.steps.events in migrations.events.steps) return;
	throw new BackupError('backup-newer', `${path} was made by a newer version of Paraph.`, { subject: path });
}

/** What was destroyed since the data were backed up has no key any more: its rows would promise what cannot be kept. */
async function forgetDestroyed({ main }: ServiceDatabase): Promise<number> {
	const isLost = (table: 'blob' | 'posting', column: string) =>
		sql<boolean>`not exists (select 1 from document_key k where k.tenant = ${sql.ref(`${table}.tenant`)} and k.document = ${sql.ref(`${table}.${column}`)})`;
	const blobs = await main.deleteFrom('blob').where(isLost('blob', 'document')).returning('document').execute();
	const postings = await main
		.deleteFrom('posting')
		.where('bodySealed', 'is not', null)
		.where(isLost('posting', 'id'))
		.returning(['tenant', 'id'])
		.execute();
	for (const { tenant, id } of postings)
		await main.deleteFrom('access').where('tenant', '=', tenant).where('posting', '=', id).execute();
	return new Set([...blobs.map(({ document }) => document), ...postings.map(({ id }) => id)]).size;
}

/** The events were read a moment after the rest: what the restored state knows nothing of is not part of it. */
async function dropLaterEvents({ main, events }: ServiceDatabase): Promise<void> {
	const heads = await main.selectFrom('tenant').select(['id', 'eventSeq']).execute();
	for (const { id, eventSeq } of heads) {
		await events.deleteFrom('event').where('tenant', '=', id).where('seq', '>', eventSeq).execute();
		await events.deleteFrom('checkpoint').where('tenant', '=', id).where('seq', '>', eventSeq).execute();
	}
}

async function copyObjects({ main }: ServiceDatabase, from: ObjectStore, to: ObjectStore): Promise<void> {
	const rows = await main.selectFrom('blob').select('object').execute();
	for (const { object } of rows) {
		const size = await from.size(object);
		// What is missing shows when every blob is checked.
		if (size !== undefined && (await to.size(object)) !== size) await to.put(object, from.get(object, 0, size));
	}
}

async function checkBlobs(
	{ main }: ServiceDatabase,
	tenants: Tenants,
	store: ObjectStore,
	signal: AbortSignal,
): Promise<RestoreReport['blobs']> {
	const blobs = new Blobs(store);
	const damaged: string[] = [];
	let sound = 0;
	for (const row of await main.selectFrom('blob').selectAll().execute()) {
		signal.throwIfAborted();
		if ((await checkBlob({ main, blobs, tenants }, row)) === 'sound') sound += 1;
		else damaged.push(row.sha256);
	}
	return { sound, damaged };
}
