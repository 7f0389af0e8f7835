import { basename } from 'node:path';
import { newUuid } from '../../core/postings/identifiers.ts';
import { DocumentError } from '../../main/documents/documentError.ts';
import { type DraftDocument, type PostingDraft, postingDraft } from '../../preload/contract.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { configure, workplaceOptionTable } from '../workplace.ts';
import { createOptionTable, type PostingSpec, readSpec } from './createOptions.ts';
import { exchange, type Office, waiting, withOffice } from './office.ts';

const table = { ...commonOptions, ...workplaceOptionTable, ...createOptionTable } as const;

/** Sends documents to those who are to sign them; without a network it waits in the outbox. */
export async function create(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	const spec = readSpec(options, files, order);
	return withOffice(configure(options, order, io), io, output, async (office) => {
		const before = waiting(office);
		const draft = await draftOf(spec, office);
		await office.drafts.send(draft);
		const reached = !options.offline && (await exchange(office, io, before));
		const posting = await office.desk.get(draft.id);
		output.result(posting, `${posting.id}  ${reached ? 'sent' : 'waits until the service can be reached'}`);
		return reached || options.offline ? ExitCode.ok : ExitCode.network;
	});
}

async function draftOf(spec: PostingSpec, office: Office): Promise<PostingDraft> {
	const documents = new Map<string, DraftDocument>();
	for (const path of spec.documents) documents.set(path, await addDocument(path, office));
	const named = (name: string): DraftDocument => {
		const found = documents.get(name) ?? [...documents.values()].find((document) => document.name === name);
		if (found) return found;
		throw new UsageError(`'${name}' is none of the documents`);
	};
	const all = [...documents.values()].map(({ id }) => id);
	const steps = spec.steps.map((step) => ({ ...step, id: newUuid() }));
	const people = steps.flatMap((step) => step.people.map((person) => ({ ...person, step: step.id, id: newUuid() })));
	const empty = office.drafts.create();
	return postingDraft.parse({
		...empty,
		title: spec.title ?? basename(spec.documents[0] ?? '').replace(/\.pdf$/i, ''),
		message: spec.message,
		documents: [...documents.values()],
		steps: steps.map(({ id, count, documents: wanted }) => ({
			id,
			count: count ?? null,
			documents: wanted?.map((name) => named(name).id) ?? all,
		})),
		people: people.map(({ id, step, role, name, email, identifier, language }) => {
			return { id, step, role, name, email, identifier: identifier ?? '', language };
		}),
		fields: people.flatMap(({ id, fields }) =>
			fields.map(({ document, page, ...rectangle }) => ({ person: id, document: named(document).id, page, rectangle })),
		),
		signatureLevel: spec.level ?? empty.signatureLevel,
		assurance: spec.assurance ?? empty.assurance,
		expiresAt: instantOf(spec.until) ?? empty.expiresAt,
		deleteAt: instantOf(spec.delete) ?? empty.deleteAt,
		remindAfterDays: spec.remindAfterDays === undefined ? empty.remindAfterDays : spec.remindAfterDays,
		allowDelegation: spec.allowDelegation,
	});
}

async function addDocument(path: string, { drafts, reading }: Office): Promise<DraftDocument> {
	const { pages, signable } = await reading.run('describeDocument', { path, password: undefined });
	if (pages !== null && signable.ok) return drafts.addDocument(path, basename(path), pages);
	throw new DocumentError('document-not-for-posting', `${path} cannot be sent for signature.`, {
		hint: 'It is locked by a password, or its author does not allow it to be signed.',
		subject: path,
	});
}

/** A day is meant to its end, where this machine is. */
function instantOf(text: string | undefined): string | undefined {
	if (text === undefined) return undefined;
	return new Date(text.includes('T') ? text : `${text}T23:59:59.999`).toISOString();
}
