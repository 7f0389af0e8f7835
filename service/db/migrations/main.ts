import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Steps } from '../migrate.ts';
import type { Dialect } from '../serviceDatabase.ts';
import { type ColumnTypes, columnTypes } from './columns.ts';

/** A table of the first version: its columns, `!` where a value is wanted, and its primary key. */
interface TablePlan {
	readonly name: string;
	readonly columns: Readonly<Record<string, 'text!' | 'text' | 'integer!' | 'integer' | 'bytes!' | 'bytes'>>;
	readonly key: readonly string[];
}

const tables: readonly TablePlan[] = [
	{
		name: 'tenant',
		columns: {
			id: 'text!',
			name: 'text!',
			change_seq: 'integer!',
			change_pruned: 'integer!',
			event_seq: 'integer!',
			event_hash: 'text!',
			created_at: 'integer!',
		},
		key: ['id'],
	},
	{ name: 'tenant_key', columns: { tenant: 'text!', purpose: 'text!', wrapped: 'bytes!' }, key: ['tenant', 'purpose'] },
	{
		name: 'document_key',
		columns: { tenant: 'text!', document: 'text!', wrapped: 'bytes!', created_at: 'integer!' },
		key: ['tenant', 'document'],
	},
	{
		name: 'person',
		columns: {
			tenant: 'text!',
			id: 'text!',
			role: 'text!',
			active: 'integer!',
			facts_sealed: 'bytes!',
			totp_sealed: 'bytes',
			totp_step: 'integer!',
			created_at: 'integer!',
		},
		key: ['tenant', 'id'],
	},
	{
		name: 'person_identifier',
		columns: {
			tenant: 'text!',
			kind: 'text!',
			value_index: 'text!',
			holder: 'text!',
			person: 'text!',
			level: 'integer!',
			value_sealed: 'bytes!',
			created_at: 'integer!',
		},
		key: ['tenant', 'kind', 'value_index', 'holder'],
	},
	{
		name: 'session',
		columns: {
			id: 'text!',
			tenant: 'text!',
			person: 'text!',
			level: 'integer!',
			method: 'text!',
			second_factor: 'integer!',
			created_at: 'integer!',
			seen_at: 'integer!',
			expires_at: 'integer!',
		},
		key: ['id'],
	},
	{
		name: 'challenge',
		columns: { id: 'text!', tenant: 'text!', kind: 'text!', facts_sealed: 'bytes!', expires_at: 'integer!' },
		key: ['id'],
	},
	{
		name: 'lockout',
		columns: {
			tenant: 'text!',
			kind: 'text!',
			subject: 'text!',
			failures: 'integer!',
			last_at: 'integer!',
			locked_until: 'integer!',
		},
		key: ['tenant', 'kind', 'subject'],
	},
	{
		name: 'posting',
		columns: {
			tenant: 'text!',
			id: 'text!',
			state: 'text!',
			version: 'integer!',
			delete_at: 'integer!',
			due_at: 'integer',
			body_sealed: 'bytes',
			tombstone: 'text',
			updated_at: 'integer!',
		},
		key: ['tenant', 'id'],
	},
	{
		name: 'access',
		columns: { tenant: 'text!', posting: 'text!', person: 'text!', relation: 'text!' },
		key: ['tenant', 'person', 'posting', 'relation'],
	},
	{
		name: 'change',
		columns: {
			tenant: 'text!',
			seq: 'integer!',
			entity: 'text!',
			entity_id: 'text!',
			version: 'integer!',
			at: 'integer!',
		},
		key: ['tenant', 'seq'],
	},
	{
		name: 'op_result',
		columns: {
			tenant: 'text!',
			op_id: 'text!',
			person: 'text!',
			request_hash: 'text!',
			answer_sealed: 'bytes!',
			at: 'integer!',
		},
		key: ['tenant', 'op_id'],
	},
	{
		name: 'pending_event',
		columns: {
			tenant: 'text!',
			seq: 'integer!',
			at: 'integer!',
			category: 'text!',
			entity_id: 'text',
			prev_hash: 'text!',
			hash: 'text!',
			body: 'text!',
			personal_sealed: 'bytes',
		},
		key: ['tenant', 'seq'],
	},
	{
		name: 'blob',
		columns: {
			tenant: 'text!',
			document: 'text!',
			sha256: 'text!',
			length: 'integer!',
			object: 'text!',
			wrapped: 'bytes!',
			created_at: 'integer!',
			checked_at: 'integer!',
			damaged: 'integer!',
		},
		key: ['tenant', 'document', 'sha256'],
	},
	{
		name: 'upload',
		columns: {
			tenant: 'text!',
			id: 'text!',
			person: 'text!',
			length: 'integer!',
			received: 'integer!',
			sha256: 'text',
			complete: 'integer!',
			wrapped: 'bytes!',
			created_at: 'integer!',
			expires_at: 'integer!',
		},
		key: ['tenant', 'id'],
	},
	{
		name: 'upload_segment',
		columns: { tenant: 'text!', upload: 'text!', position: 'integer!', length: 'integer!', object: 'text!' },
		key: ['tenant', 'upload', 'position'],
	},
	{
		name: 'mail',
		columns: {
			tenant: 'text!',
			id: 'text!',
			kind: 'text!',
			locale: 'text!',
			facts_sealed: 'bytes!',
			message_id: 'text!',
			state: 'text!',
			attempts: 'integer!',
			due_at: 'integer!',
			lease_until: 'integer!',
			lease_owner: 'text',
			last_error: 'text',
			created_at: 'integer!',
			sent_at: 'integer',
		},
		key: ['tenant', 'id'],
	},
	{
		name: 'job',
		columns: {
			name: 'text!',
			due_at: 'integer!',
			lease_until: 'integer!',
			lease_owner: 'text',
			last_ok_at: 'integer',
			last_error: 'text',
		},
		key: ['name'],
	},
];

/** Name, table, columns. */
const indexes: readonly (readonly [string, string, readonly string[]])[] = [
	['person_identifier_by_person', 'person_identifier', ['tenant', 'person']],
	['session_by_person', 'session', ['tenant', 'person']],
	['session_by_expiry', 'session', ['expires_at']],
	['challenge_by_expiry', 'challenge', ['expires_at']],
	['posting_by_due', 'posting', ['due_at']],
	['posting_by_deletion', 'posting', ['delete_at']],
	['access_by_posting', 'access', ['tenant', 'posting']],
	['change_by_entity', 'change', ['tenant', 'entity_id']],
	['op_result_by_time', 'op_result', ['at']],
	['blob_by_digest', 'blob', ['tenant', 'sha256']],
	['blob_by_object', 'blob', ['object']],
	['upload_segment_by_object', 'upload_segment', ['object']],
	['blob_by_check', 'blob', ['checked_at']],
	['upload_by_expiry', 'upload', ['expires_at']],
	['mail_by_due', 'mail', ['state', 'due_at']],
];

export function mainMigrations(dialect: Dialect): Steps {
	const types = columnTypes(dialect);
	return {
		'0001-postings': {
			async up(db: Kysely<unknown>): Promise<void> {
				for (const table of tables) await createTable(db, table, types);
				for (const [name, table, columns] of indexes)
					await db.schema
						.createIndex(name)
						.on(table)
						.columns([...columns])
						.execute();
				await db.schema.createIndex('tenant_by_name').on('tenant').column('name').unique().execute();
			},
			async down(db: Kysely<unknown>): Promise<void> {
				for (const { name } of [...tables].reverse()) await db.schema.dropTable(name).execute();
			},
		},
	};
}

async function createTable(db: Kysely<unknown>, { name, columns, key }: TablePlan, types: ColumnTypes): Promise<void> {
	let builder: CreateTableBuilder<string, string> = db.schema.createTable(name);
	for (const [column, type] of Object.entries(columns)) {
		const base = type.startsWith('text') ? 'text' : type.startsWith('integer') ? types.integer : types.bytes;
		builder = builder.addColumn(column, base, (definition) => (type.endsWith('!') ? definition.notNull() : definition));
	}
	await builder.addPrimaryKeyConstraint(`${name}_primary`, [...key]).execute();
}
