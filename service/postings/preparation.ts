/**
 * What is found out about an op before its transaction: documents are read, signatures judged, blobs put into the store.
 * It takes its time, and nothing of it counts until the rules have been asked in the transaction.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../core/ports/clock.ts';
import { ParaphError } from '../../core/ports/errors.ts';
import type { PersonCommand, SubmittedFacts } from '../../core/postings/commands.ts';
import { actingAs, levelFor } from '../../core/postings/decide.ts';
import { type DocumentId, sha256, toInstant } from '../../core/postings/identifiers.ts';
import { matchIdentity } from '../../core/postings/identity.ts';
import type { LivePosting, Posting } from '../../core/postings/posting.ts';
import { signatureLevel } from '../../core/postings/posting.ts';
import { PostingError } from '../../core/postings/postingError.ts';
import type { Op } from '../../core/postings/protocol/ops.ts';
import { checkSubmission } from '../../core/postings/transitions/signing.ts';
import type { Session } from '../auth/session.ts';
import { BlobError } from '../blobs/blobError.ts';
import type { Blobs, StagedBlob } from '../blobs/blobs.ts';
import type { Uploads } from '../blobs/uploads.ts';
import type { Main } from '../db/serviceDatabase.ts';
import type { Tenant } from '../keys/tenant.ts';
import { ContentRefused, type DocumentReader } from './documentReader.ts';
import { OpError } from './opError.ts';
import type { PostingRows } from './postingRows.ts';
import type { JudgedIncrement, SubmissionTrust } from './readerThread.ts';

export interface PreparationParts {
	readonly main: Main;
	readonly blobs: Blobs;
	readonly rows: PostingRows;
	readonly uploads: Uploads;
	readonly reader: DocumentReader;
	readonly trust: SubmissionTrust;
	readonly clock: Clock;
}

export interface Prepared {
	/** What the rules are asked; undefined where it never came so far. */
	readonly command: PersonCommand | undefined;
	/** To be kept when the command is applied. */
	readonly staged: readonly StagedBlob[];
	/** Why it cannot be applied, whatever the rules say. */
	readonly refusal: ParaphError | undefined;
	/** Whether the refusal is of an increment, which the posting remembers. */
	readonly isRejection: boolean;
}

/** Never throws for what is wrong with the op: that is in the answer. */
export async function prepareOp(
	parts: PreparationParts,
	session: Session,
	op: Op,
	posting: Posting | undefined,
): Promise<Prepared> {
	const staged: StagedBlob[] = [];
	const isSubmission = op.type === 'submitSignature';
	try {
		return {
			command: await commandOf(parts, session, { op, posting, staged }),
			staged,
			refusal: undefined,
			isRejection: false,
		};
	} catch (refusal) {
		if (!(refusal instanceof ParaphError)) throw refusal;
		const isRejection = isSubmission && refusal instanceof Rejection;
		return {
			command: undefined,
			staged,
			refusal: refusal instanceof Rejection ? refusal.reason : refusal,
			isRejection,
		};
	}
}

/** The increment itself is at fault, not how it came. */
class Rejection extends ParaphError {
	readonly code = 'rejection';
	readonly reason: ParaphError;

	constructor(reason: ParaphError) {
		super(reason.message, { hint: reason.hint, cause: reason });
		this.reason = reason;
	}
}

interface Work {
	readonly op: Op;
	readonly posting: Posting | undefined;
	/** Filled on the way. */
	readonly staged: StagedBlob[];
}

async function commandOf(parts: PreparationParts, session: Session, work: Work): Promise<PersonCommand> {
	const { op, posting } = work;
	switch (op.type) {
		case 'create': {
			if (posting === undefined) await requireFree(parts, session, [op.entity]);
			await takeContents(parts, session, op.body.content.documents, work);
			const { person, name, language } = session;
			const email = person.emails[0] ?? session.email;
			return { type: 'create', ...op.body, owner: { user: person.user, name, email, language } };
		}
		case 'edit':
			await takeContents(parts, session, op.body.content.documents, work);
			return { type: 'edit', ...op.body };
		case 'activate':
			return { type: 'activate', fields: await emptyFields(parts, session, posting) };
		case 'submitSignature':
			return { type: op.type, ...op.body, submitted: await judgeSubmission(parts, session, { ...work, op }) };
		default:
			// That the body of each is its own command's, the compiler does not follow through a union.
			return { type: op.type, ...op.body } as PersonCommand;
	}
}

/**
 * Keys have the names of what they are for, and clients choose these: what is taken for another posting would share a key
 * with it, and die with it.
 *
 * @throws {PostingError} `duplicate-id`
 */
async function requireFree(
	{ main, blobs, rows }: PreparationParts,
	{ tenant }: Session,
	ids: readonly string[],
): Promise<void> {
	for (const id of ids) {
		const isTaken = (await blobs.hasAny(main, tenant, id)) || (await rows.exists(main, tenant, id));
		if (isTaken) throw new PostingError('duplicate-id', `the id ${id} is taken`);
	}
}

/** Makes blobs of the documents that were uploaded; what is not there yet is asked for at activation. */
async function takeContents(
	parts: PreparationParts,
	session: Session,
	documents: readonly { readonly id: DocumentId; readonly content: { readonly sha256: string } }[],
	{ staged, posting }: Work,
): Promise<void> {
	const { main, blobs, uploads } = parts;
	const { tenant, person } = session;
	const own = new Set(posting === undefined || posting.state === 'purged' ? [] : posting.documents.map(({ id }) => id));
	const others = documents.filter(({ id }) => !own.has(id));
	await requireFree(
		parts,
		session,
		others.map(({ id }) => id),
	);
	for (const { id, content } of documents) {
		if ((await blobs.documentsWith(main, tenant, content.sha256)).includes(id)) continue;
		const uploaded = await uploads.open(tenant, person.user, content.sha256);
		if (uploaded === undefined) continue;
		const key = await tenant.documentKeys.obtain(main, id);
		staged.push(await blobs.stage(tenant, key, uploaded.read(), uploaded.length));
	}
}

/** @throws {OpError} `content-missing`, `content-unreadable`, `content-too-hard` */
async function emptyFields(
	parts: PreparationParts,
	{ tenant }: Session,
	posting: Posting | undefined,
): Promise<ReadonlyMap<DocumentId, readonly string[]>> {
	const fields = new Map<DocumentId, readonly string[]>();
	if (posting === undefined || posting.state !== 'draft') return fields;
	for (const { id, name, revisions } of posting.documents) {
		const bytes = await readBlob(parts, tenant, { id, sha256: revisions[0].sha256, name });
		try {
			fields.set(id, await parts.reader.emptyFields(bytes));
		} catch (cause) {
			if (!(cause instanceof ContentRefused)) throw cause;
			throw new OpError('content-unreadable', `${name} cannot be read: ${cause.message}`, { subject: name, cause });
		}
	}
	return fields;
}

async function readBlob(
	{ main, blobs }: PreparationParts,
	tenant: Tenant,
	{ id, sha256: digest, name }: { readonly id: DocumentId; readonly sha256: string; readonly name: string },
): Promise<Uint8Array> {
	try {
		return await collect((await blobs.open(main, tenant, id, digest)).read());
	} catch (cause) {
		if (!(cause instanceof BlobError) || cause.code !== 'blob-missing') throw cause;
		throw new OpError('content-missing', `${name} was not uploaded`, { subject: name, cause });
	}
}

/**
 * Puts base and tail together and judges them.
 *
 * @throws {PostingError} where the rules refuse it whatever it is; {Rejection} where the increment is at fault.
 */
async function judgeSubmission(
	parts: PreparationParts,
	session: Session,
	{ op, posting, staged }: Work & { readonly op: Extract<Op, { readonly type: 'submitSignature' }> },
): Promise<SubmittedFacts> {
	const { tenant, person } = session;
	if (posting === undefined || posting.state === 'purged')
		throw new PostingError('posting-missing', `there is no posting ${op.entity} for you`);
	const now = parts.clock.now();
	const signatory = actingAs(posting, op.body.as, person);
	checkSubmission(posting, op.body, signatory, toInstant(now));
	const tail = await uploadedTail(parts, session, op.body.tail);
	const id = op.body.document;
	const name = posting.documents.find((one) => one.id === id)?.name ?? id;
	const base = await readBlob(parts, tenant, { id, sha256: op.body.base, name });
	const whole = Buffer.concat([base, tail]);
	const judged = await rejecting(() => parts.reader.judgeIncrement(whole, base.length, { trust: parts.trust, now }));
	const level = levelFor(posting, signatory);
	const identity = await rejecting(async () =>
		matchIdentity(
			signatory.identity,
			{ sha256: digestOf(judged.certificate.der), identifiers: judged.certificate.identifiers },
			person.enrolled,
			level,
		),
	);
	const facts = { ...factsOf(judged, posting, now), identity };
	const key = await tenant.documentKeys.require(parts.main, id);
	const revision = await parts.blobs.stage(tenant, key, chunksOf(whole), whole.length);
	staged.push(revision);
	return { ...facts, revision: { sha256: sha256.parse(revision.sha256), size: revision.length } };
}

async function uploadedTail(
	{ uploads }: PreparationParts,
	{ tenant, person }: Session,
	wanted: { readonly sha256: string; readonly size: number },
): Promise<Uint8Array> {
	const uploaded = await uploads.open(tenant, person.user, wanted.sha256);
	if (uploaded === undefined)
		throw new OpError('tail-missing', `what was appended (${wanted.sha256}) was not uploaded`);
	if (uploaded.length !== wanted.size)
		throw new OpError('tail-length', `uploaded were ${uploaded.length} bytes, submitted ${wanted.size}`);
	return collect(uploaded.read());
}

function factsOf(
	{ field, level, claimedTime, bestTime, certificate }: JudgedIncrement,
	posting: LivePosting,
	now: Date,
): Omit<SubmittedFacts, 'identity' | 'revision'> {
	const reached = signatureLevel.safeParse(level);
	if (!reached.success)
		throw new Rejection(
			new PostingError('signature-level-too-low', `asked for is ${posting.signatureLevel}, reached is ${level}`),
		);
	const { der, subject, issuer, serial } = certificate;
	return {
		field,
		level: reached.data,
		certificate: { sha256: digestOf(der), subject, issuer, serial },
		claimedTime,
		bestTime: bestTime ?? toInstant(now),
	};
}

async function rejecting<Value>(judge: () => Promise<Value>): Promise<Value> {
	try {
		return await judge();
	} catch (error) {
		if (error instanceof ContentRefused || error instanceof PostingError) throw new Rejection(error);
		throw error;
	}
}

const digestOf = (bytes: Uint8Array) => sha256.parse(createHash('sha256').update(bytes).digest('hex'));

/** All of it in memory. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	return Buffer.concat(parts);
}

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}
