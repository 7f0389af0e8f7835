/** Postings as the service keeps them, without HTTP in between: a desk over real stores, people, and signing by keys. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addFields } from '../../core/pades/addFields.ts';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Person } from '../../core/postings/actor.ts';
import {
	documentId,
	newUuid,
	opId,
	postingId,
	sha256,
	signatoryId,
	signatureId,
	stepId,
	userId,
} from '../../core/postings/identifiers.ts';
import { headOf, type PostingContent, type Role } from '../../core/postings/posting.ts';
import type { Op, OpResult } from '../../core/postings/protocol/ops.ts';
import type { PostingView } from '../../core/postings/protocol/view.ts';
import type { Session } from '../../service/auth/session.ts';
import { Blobs } from '../../service/blobs/blobs.ts';
import { FileStore } from '../../service/blobs/fileStore.ts';
import { Uploads } from '../../service/blobs/uploads.ts';
import { ChangeSignal } from '../../service/db/changes.ts';
import { type DatabaseSettings, ServiceDatabase } from '../../service/db/serviceDatabase.ts';
import { EventLog } from '../../service/events/eventLog.ts';
import { openTenant } from '../../service/keys/tenant.ts';
import { KeyInMemory } from '../../service/keys/tenantKey.ts';
import { PostingClock } from '../../service/postings/clock.ts';
import { ServicePostings } from '../../service/postings/desk.ts';
import { DocumentReader } from '../../service/postings/documentReader.ts';
import { PostingRows } from '../../service/postings/postingRows.ts';
import { Sealer } from '../../service/postings/sealer.ts';
import { Recorder } from '../../service/recorder.ts';
import type { DemoPki, Issued } from './demoPki.ts';
import { keySigner, SigningFolder } from './keySigner.ts';
import { sampleContract } from './sampleContract.ts';

export const digestOf = (bytes: Uint8Array) => sha256.parse(createHash('sha256').update(bytes).digest('hex'));

/** Somebody with an account, a card and an application. */
export interface Member {
	readonly session: Session;
	readonly issued: Issued;
}

export async function startPostingDesk(
	settings: DatabaseSettings,
	{ pki, clock, key = randomBytes(32) }: { readonly pki: DemoPki; readonly clock: Clock; readonly key?: Uint8Array },
) {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-desk-'));
	const database = await ServiceDatabase.open(settings);
	const tenant = await openTenant(database, 'main', new KeyInMemory(Buffer.from(key)));
	const events = new EventLog(database);
	const signal = new ChangeSignal(database);
	const recorder = new Recorder({ database, events, signal, clock, domain: 'test', onMail: () => {} });
	const store = new FileStore(folder);
	const blobs = new Blobs(store);
	const reader = new DocumentReader();
	const uploads = new Uploads({ main: database.main, store, clock, quota: 1024 ** 3 });
	const rows = new PostingRows(database.dialect);
	const trust = { anchors: pki.anchors, allowLocal: true, offline: false };
	const parts = { main: database.main, blobs, uploads, reader, trust, clock, recorder, events, rows };
	const desk = new ServicePostings(parts);
	const sealing = pki.issue({ commonName: 'Paraph service', organization: 'Fjord & Sønner AS' });
	const failures: string[] = [];
	const postingClock = new PostingClock({
		...parts,
		sealer: new Sealer({ signer: keySigner(sealing), clock, tsa: undefined, evidence: undefined }),
		onFailure: (_, error) => failures.push(`${error.code}: ${error.message}`),
	});
	const signing = new SigningFolder();

	const member = (name: string, level: Person['level'] = 3, role: Session['role'] = 'member'): Member => {
		const identifier = `PNONO-${name}`;
		const person: Person = {
			kind: 'person',
			user: userId.parse(newUuid()),
			level,
			emails: [`${name.toLowerCase()}@example.com`],
			identifiers: [identifier],
			enrolled: [],
		};
		const session: Session = {
			id: digestOf(Buffer.from(name)),
			tenant,
			person,
			name,
			email: `${name.toLowerCase()}@example.com`,
			role,
			language: 'en',
			method: 'card',
			complete: true,
			hasAuthenticator: false,
			expiresAt: new Date(clock.now().getTime() + 3_600_000),
			address: '192.0.2.7',
			device: 'app',
		};
		return { session, issued: pki.issue({ commonName: name, identifier }) };
	};

	const give = async (
		{ session }: Member,
		entity: string,
		command: Pick<Op, 'type' | 'body'>,
		baseVersion = 0,
	): Promise<OpResult> => {
		const op = { opId: opId.parse(newUuid()), entity: postingId.parse(entity), baseVersion, ...command } as Op;
		const [result] = await desk.applyOps(session, [op]);
		if (!result) throw new TypeError('an op has an answer');
		return result;
	};

	const view = async ({ session }: Member, posting: string): Promise<PostingView> => {
		const seen = await desk.view(session, posting);
		if (!seen) throw new TypeError(`${session.name} does not see ${posting}`);
		return seen;
	};

	const upload = async ({ session }: Member, bytes: Uint8Array): Promise<void> => {
		const { user } = session.person;
		const begun = await uploads.begin(tenant, { person: user, length: bytes.length, sha256: digestOf(bytes) });
		await uploads.append(tenant, user, begun.id, { offset: 0, source: once(bytes) });
	};

	/** A draft of one document with a field for each signer, sent. @returns its id. */
	const send = async (
		owner: Member,
		steps: readonly (readonly (readonly [name: string, role: Role])[])[],
		change: Partial<PostingContent> = {},
		identity?: { readonly kind: 'enrolled' },
	): Promise<string> => {
		const posting = postingId.parse(newUuid());
		const names = steps.flat().filter(([, role]) => role === 'signer' || role === 'witness');
		const bytes = await contractWithFields(names.map(([name]) => name));
		await upload(owner, bytes);
		const content = contentOf(steps, { sha256: digestOf(bytes), size: bytes.length }, clock.now(), change);
		const signatories = content.signatories.map((one) => ({ ...one, ...(identity && { identity }) }));
		const created = await give(owner, posting, { type: 'create', body: { content: { ...content, signatories } } });
		if (created.status !== 'applied') throw new TypeError(JSON.stringify(created));
		const activated = await give(owner, posting, { type: 'activate', body: {} }, created.version);
		if (activated.status !== 'applied') throw new TypeError(JSON.stringify(activated));
		return posting;
	};

	const ownIn = (seen: PostingView) => {
		const as = seen.own.at(-1);
		const [document] = seen.documents;
		const field = seen.signatories.find(({ id }) => id === as)?.fields[0]?.name;
		if (!as || !document) throw new TypeError('nothing to sign');
		return { as, document, field };
	};

	const prepare = async (signer: Member, posting: string) => {
		const { as, document, field } = ownIn(await view(signer, posting));
		const { sha256: base } = headOf(document);
		const signature = signatureId.parse(newUuid());
		const body = { as, signature, document: document.id, base };
		return { result: await give(signer, posting, { type: 'prepareSignature', body }), ...body, field };
	};

	/** The document as the signer downloads it. */
	const download = async ({ session }: Member, digest: string): Promise<Uint8Array> => {
		const blob = await desk.openBlob(session, digest);
		if (!blob) throw new TypeError(`no blob ${digest}`);
		const parts: Uint8Array[] = [];
		for await (const chunk of blob.read()) parts.push(chunk);
		return Buffer.concat(parts);
	};

	const submit = async (
		signer: Member,
		posting: string,
		{
			as,
			signature,
			document,
			base,
			tail,
		}: {
			readonly as: Awaited<ReturnType<typeof prepare>>['as'];
			readonly signature: Awaited<ReturnType<typeof prepare>>['signature'];
			readonly document: Awaited<ReturnType<typeof prepare>>['document'];
			readonly base: Awaited<ReturnType<typeof prepare>>['base'];
			readonly tail: Uint8Array;
		},
	): Promise<OpResult> => {
		await upload(signer, tail);
		const reference = { sha256: digestOf(tail), size: tail.length };
		const body = { as, signature, document, base, tail: reference };
		return give(signer, posting, { type: 'submitSignature', body });
	};

	/** From the lease to the answer. @param issued whose key signs; the signer's own unless told. */
	const sign = async (signer: Member, posting: string, issued = signer.issued): Promise<OpResult> => {
		const prepared = await prepare(signer, posting);
		if (prepared.result.status !== 'applied') return prepared.result;
		const base = await download(signer, prepared.base);
		const options = prepared.field === undefined ? {} : { field: prepared.field };
		const { bytes } = await signing.sign(base, issued, options);
		return submit(signer, posting, { ...prepared, tail: bytes.subarray(base.length) });
	};

	const close = async () => {
		signing[Symbol.dispose]();
		await events.settle();
		await reader.close();
		await database.close();
		rmSync(folder, { recursive: true, force: true });
	};
	return {
		...{
			desk,
			postingClock,
			failures,
			sealing,
			parts,
			database,
			tenant,
			events,
			recorder,
			uploads,
			signing,
			member,
			give,
			view,
			send,
			prepare,
		},
		...{ download, submit, sign, [Symbol.asyncDispose]: close },
	};
}

export type PostingDeskForTests = Awaited<ReturnType<typeof startPostingDesk>>;

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}

export const contractWithFields = async (names: readonly string[]): Promise<Uint8Array> =>
	withFields(await sampleContract(), names);

/** With an empty signature field of each name. */
export function withFields(document: Uint8Array, names: readonly string[]): Uint8Array {
	const added = names.map((name) => ({ name }));
	return Buffer.concat([document, addFields(PdfDocument.open(new BytesSource(document)), added)]);
}

export function contentOf(
	steps: readonly (readonly (readonly [name: string, role: Role])[])[],
	content: PostingContent['documents'][number]['content'],
	now: Date,
	change: Partial<PostingContent>,
): PostingContent {
	const day = 86_400_000;
	const document = documentId.parse(newUuid());
	const planned = steps.map((people) => ({ id: stepId.parse(newUuid()), people }));
	return {
		title: 'Lease of Storgata 1',
		message: 'Please sign.',
		minLevel: 2,
		signatureLevel: 'b-b',
		expiresAt: new Date(now.getTime() + 14 * day).toISOString(),
		deleteAt: new Date(now.getTime() + 90 * day).toISOString(),
		remindAfterDays: 3,
		allowDelegation: true,
		documents: [{ id: document, name: 'contract.pdf', content }],
		steps: planned.map(({ id }) => ({ id, rule: { kind: 'all' }, minLevel: null, documents: [document] })),
		signatories: planned.flatMap(({ id, people }) =>
			people.map(([name, role]) => ({
				id: signatoryId.parse(newUuid()),
				step: id,
				role,
				name,
				email: `${name.toLowerCase()}@example.com`,
				language: 'en' as const,
				identity: { kind: 'identifier' as const, identifier: `PNONO-${name}` },
				fields: role === 'signer' || role === 'witness' ? [{ document, name }] : [],
			})),
		),
		...change,
	};
}
