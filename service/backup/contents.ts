/** What is in a backup, and where it lies in the target. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BackupError } from './backupError.ts';
import type { KeptTable } from './rowText.ts';
import type { FileKind } from './sealedFile.ts';

/** Everything but what ends with the process (sessions, challenges, leases, uploads) and the keys. */
export const dataTables: readonly KeptTable[] = [
	{ name: 'tenant', key: ['id'] },
	{ name: 'person', key: ['tenant', 'id'] },
	{ name: 'person_identifier', key: ['tenant', 'kind', 'value_index', 'holder'] },
	{ name: 'posting', key: ['tenant', 'id'] },
	{ name: 'access', key: ['tenant', 'person', 'posting', 'relation'] },
	{ name: 'change', key: ['tenant', 'seq'] },
	{ name: 'op_result', key: ['tenant', 'op_id'] },
	{ name: 'pending_event', key: ['tenant', 'seq'] },
	{ name: 'blob', key: ['tenant', 'document', 'sha256'] },
	{ name: 'mail', key: ['tenant', 'id'] },
];

/** In the event store. */
export const eventTables: readonly KeptTable[] = [
	{ name: 'event', key: ['tenant', 'seq'] },
	{ name: 'checkpoint', key: ['tenant', 'seq'] },
];

/** Apart from the data, and for a shorter time: whoever destroys a key destroys it here too, soon enough. */
export const keyTables: readonly KeptTable[] = [
	{ name: 'tenant_key', key: ['tenant', 'purpose'] },
	{ name: 'document_key', key: ['tenant', 'document'] },
];

/** Begins each file. */
export const fileHead = z.object({
	paraph: z.literal('backup'),
	version: z.literal(1),
	kind: z.enum(['data', 'keys']),
	at: z.iso.datetime(),
	/** The newest steps of both databases: what an older Paraph does not know it cannot restore. */
	steps: z.object({ main: z.string(), events: z.string() }),
});
export type FileHead = z.infer<typeof fileHead>;

/** Files of keys that are kept in files, by their path below the data folder; in the keys' part alone. */
export const keyFileLine = z.object({ file: z.string(), content: z.base64() });

/** `2026-11-26T08-22-31-123Z`: names of files sort by time. */
const stampOf = (at: Date): string => at.toISOString().replace(/[:.]/g, '-');
const timeOf = (stamp: string): Date =>
	new Date(stamp.replace(/^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d)-(\d{3})Z$/, '$1:$2:$3.$4Z'));

export interface BackupFile {
	readonly path: string;
	readonly at: Date;
}

export const pathFor = (target: string, kind: FileKind, at: Date): string =>
	join(target, kind, `${stampOf(at)}.backup`);

/** Names of the objects that a backup of the data needs, one a line. They are random: nothing is given away by them. */
export const objectListOf = (dataFile: string): string => dataFile.replace(/\.backup$/, '.objects');
export const blobFolder = (target: string): string => join(target, 'blobs');

/** From the oldest to the newest. */
export function backupFiles(target: string, kind: FileKind): readonly BackupFile[] {
	let names: string[];
	try {
		names = readdirSync(join(target, kind));
	} catch (cause) {
		throw new BackupError('backup-missing', `${target} holds no backup.`, { subject: target, cause });
	}
	return names
		.filter((name) => name.endsWith('.backup'))
		.sort()
		.map((name) => ({ path: join(target, kind, name), at: timeOf(name.replace(/\.backup$/, '')) }));
}
