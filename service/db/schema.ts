/**
 * The service's tables, as Kysely sees them. Times are milliseconds since 1970, flags 0 or 1, JSON is text, and what
 * ends in `Sealed` is encrypted with the tenant's key for columns (`service/keys/columns.ts`) or a document's.
 */
import type { Insertable, Selectable } from 'kysely';

export interface MainSchema {
	tenant: TenantTable;
	tenantKey: TenantKeyTable;
	documentKey: DocumentKeyTable;
	person: PersonTable;
	personIdentifier: PersonIdentifierTable;
	session: SessionTable;
	challenge: ChallengeTable;
	lockout: LockoutTable;
	posting: PostingTable;
	access: AccessTable;
	change: ChangeTable;
	opResult: OpResultTable;
	pendingEvent: PendingEventTable;
	blob: BlobTable;
	upload: UploadTable;
	uploadSegment: UploadSegmentTable;
	mail: MailTable;
	job: JobTable;
}

/** One row a tenant; taken for update by whatever writes a change or an event, so both have no gaps and no order of their own. */
export interface TenantTable {
	/** UUIDv7, made when the tenant began. */
	id: string;
	/** As the configuration calls it. */
	name: string;
	/** The last change. */
	changeSeq: number;
	/** Changes up to here were pruned: a cursor below it is too old. */
	changePruned: number;
	/** The last event, and its hash as hex: what the next one names as `prevHash`. */
	eventSeq: number;
	eventHash: string;
	createdAt: number;
}

/** Random keys of a tenant, each for one purpose, wrapped by the tenant's key. */
export interface TenantKeyTable {
	tenant: string;
	purpose: 'columns' | 'index';
	wrapped: Buffer;
}

/** One key a document (or posting): without the row, nothing that was encrypted under it can be read again. */
export interface DocumentKeyTable {
	tenant: string;
	document: string;
	wrapped: Buffer;
	createdAt: number;
}

export interface PersonTable {
	tenant: string;
	id: string;
	role: 'guest' | 'member' | 'auditor' | 'administrator';
	/** 0 where the person may not log in. */
	active: number;
	/** JSON {@link PersonFacts}. */
	factsSealed: Buffer;
	/** The secret of the second factor; null until it is enrolled. */
	totpSealed: Buffer | null;
	/** The last step of time that was used up: a code works once. */
	totpStep: number;
	createdAt: number;
}

/** By what a person is found, as a blind index. */
export interface PersonIdentifierTable {
	tenant: string;
	/** Verified address; identifier of EN 319 412-1; enrolled signing certificate; issuer and subject of OpenID Connect. */
	kind: 'email' | 'identifier' | 'certificate' | 'oidc';
	valueIndex: string;
	/** The person where several may have the same (addresses), else empty: then it is one person's. */
	holder: string;
	person: string;
	/** Of the login that proved it: it does not count in one at a lower level. */
	level: number;
	/** JSON, by kind. */
	valueSealed: Buffer;
	createdAt: number;
}

export interface SessionTable {
	/** SHA-256 of the token as hex: the table does not let anybody in. */
	id: string;
	tenant: string;
	person: string;
	level: number;
	method: string;
	/** 1 once the second factor was given. */
	secondFactor: number;
	createdAt: number;
	seenAt: number;
	expiresAt: number;
}

/** What a login that has begun must come back with. Used once. */
export interface ChallengeTable {
	id: string;
	tenant: string;
	kind: 'card' | 'oidc' | 'mail';
	/** JSON, by kind. */
	factsSealed: Buffer;
	expiresAt: number;
}

export interface LockoutTable {
	tenant: string;
	kind: 'account' | 'address';
	/** Blind index of the account or address. */
	subject: string;
	failures: number;
	lastAt: number;
	lockedUntil: number;
}

/** A posting: one encrypted column, and what must be asked for. */
export interface PostingTable {
	tenant: string;
	id: string;
	state: string;
	version: number;
	deleteAt: number;
	/** When time next changes something by itself (expiry, reminder); null for never. */
	dueAt: number | null;
	/** Under the posting's own document key; null once purged. */
	bodySealed: Buffer | null;
	/** What stays after the purge: JSON. */
	tombstone: string | null;
	updatedAt: number;
}

/** Who may see a posting: by a blind index of the person's id or e-mail address. */
export interface AccessTable {
	tenant: string;
	posting: string;
	person: string;
	relation: string;
}

export interface ChangeTable {
	tenant: string;
	seq: number;
	entity: string;
	entityId: string;
	version: number;
	at: number;
}

/** The answer to an op, given again to whoever sends it again. */
export interface OpResultTable {
	tenant: string;
	opId: string;
	person: string;
	/** SHA-256 of the op: the same id with another content is refused. */
	requestHash: string;
	answerSealed: Buffer;
	at: number;
}

/** Events of committed transactions on their way to the event store. */
export interface PendingEventTable {
	tenant: string;
	seq: number;
	at: number;
	category: string;
	/** Of the posting, person or job it is about. */
	entityId: string | null;
	prevHash: string;
	hash: string;
	/** Canonical JSON: what is hashed. */
	body: string;
	/** Values and salts of the commitments in `body`. */
	personalSealed: Buffer | null;
}

/** A revision of a document at rest. */
export interface BlobTable {
	tenant: string;
	document: string;
	/** Of the plain bytes, hex. */
	sha256: string;
	length: number;
	/** Its name in the store. */
	object: string;
	/** Its key, wrapped by the document's. */
	wrapped: Buffer;
	createdAt: number;
	checkedAt: number;
	/** 1 where the last check found it changed or gone. */
	damaged: number;
}

/** An upload that has not become a blob of a document yet. Never backed up. */
export interface UploadTable {
	tenant: string;
	id: string;
	person: string;
	length: number;
	received: number;
	/** As the client declared it; checked when all has come. */
	sha256: string | null;
	/** 1 when all has come and the digest is right. */
	complete: number;
	/** The key of its segments, wrapped by the tenant's key. */
	wrapped: Buffer;
	createdAt: number;
	expiresAt: number;
}

export interface UploadSegmentTable {
	tenant: string;
	upload: string;
	position: number;
	length: number;
	object: string;
}

export interface MailTable {
	tenant: string;
	id: string;
	kind: string;
	locale: string;
	/** JSON: address and the values of the text. */
	factsSealed: Buffer;
	messageId: string;
	/** `handed-over`: the end of the message is on its way, and no answer has come; `unknown`: none ever will. */
	state: 'waiting' | 'handed-over' | 'sent' | 'failed' | 'unknown';
	attempts: number;
	dueAt: number;
	leaseUntil: number;
	leaseOwner: string | null;
	lastError: string | null;
	createdAt: number;
	sentAt: number | null;
}

export interface JobTable {
	name: string;
	dueAt: number;
	leaseUntil: number;
	leaseOwner: string | null;
	lastOkAt: number | null;
	lastError: string | null;
}

/** The event store: apart from the rest, with a clock of its own. */
export interface EventSchema {
	event: EventTable;
	checkpoint: CheckpointTable;
}

export interface EventTable {
	tenant: string;
	seq: number;
	at: number;
	category: string;
	/** Of the posting, person or job it is about. */
	entityId: string | null;
	prevHash: string;
	hash: string;
	body: string;
	personalSealed: Buffer | null;
}

/** A head that was timestamped: verification may begin there. */
export interface CheckpointTable {
	tenant: string;
	seq: number;
	hash: string;
	at: number;
	/** DER of the RFC 3161 token over tenant, number and hash. */
	token: Buffer;
	/** 1 where events up to here were pruned. */
	pruned: number;
}

export type Row<Table extends keyof MainSchema> = Selectable<MainSchema[Table]>;
export type NewRow<Table extends keyof MainSchema> = Insertable<MainSchema[Table]>;
