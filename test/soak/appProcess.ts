/**
 * An application as a process of its own that does all that is asked of its person in one posting, and may be killed at any
 * moment: started again it goes on. Ends by itself once the posting has ended and it has what is to be had of it.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { newUuid, postingId, signatoryId } from '../../core/postings/identifiers.ts';
import { personNamed as personSchema, postingContent } from '../../core/postings/posting.ts';
import type { PostingView, SignatoryView } from '../../core/postings/protocol/view.ts';
import { isUnreachable } from '../../core/sync/delivery.ts';
import { ServiceError } from '../../core/sync/serviceError.ts';
import { openTokenSigner } from '../../native/openTokenSigner.ts';
import { CommandRefused, PostingApp } from '../kit/postingApp.ts';

const appTask = z.object({
	folder: z.string(),
	service: z.string(),
	tsa: z.string(),
	token: z.object({ uri: z.string(), pin: z.string(), environment: z.record(z.string(), z.string()) }),
	posting: postingId,
	/** Declines what it is first asked, and lets somebody else do it. */
	declines: z.boolean(),
	/** Whom the owner names in the place of one who declined. */
	replacement: personSchema,
});
export type AppTask = z.infer<typeof appTask>;

/** The draft that the owner sends, as it lies in the store. */
const draftBody = z.object({ content: postingContent, documents: z.array(z.base64()) });

async function run(task: AppTask): Promise<void> {
	const { uri, pin, environment } = task.token;
	await using app = await PostingApp.open({
		...task,
		openSigner: () => openTokenSigner({ uri, pin: async () => pin, environment: { ...process.env, ...environment } }),
	});
	for (;;) {
		try {
			await app.logIn();
			if (await actOnce(app, task)) return;
		} catch (error) {
			if (!isPassing(error)) throw error;
		}
		await wait(50);
	}
}

/** The service is away, somebody was quicker, or what was left from before the kill was refused: it is looked at anew. */
const isPassing = (error: unknown): boolean =>
	isUnreachable(error) ||
	error instanceof CommandRefused ||
	(error instanceof ServiceError && error.code === 'posting-blocked');

/** @returns whether there is nothing more to do, ever. */
async function actOnce(app: PostingApp, task: AppTask): Promise<boolean> {
	sendDraft(app, task);
	// What was refused while nobody looked: a lease that was taken, a signature over what is no longer the head.
	for (const { op, trouble } of app.sync.outbox.queued()) if (trouble) app.sync.outbox.giveUp(op.opId);
	await app.exchange();
	const view = app.postings.find(({ id }) => id === task.posting);
	if (!view) return false;
	if (view.state === 'active') await actIn(app, view, task);
	return view.state === 'completed' && hasEverything(view);
}

function sendDraft({ store, sync }: PostingApp, { posting }: AppTask): void {
	const draft = store.drafts.get(posting);
	if (!draft) return;
	const { content, documents } = draftBody.parse(JSON.parse(draft.body));
	for (const bytes of documents) store.blobs.put(Buffer.from(bytes, 'base64'));
	const uploads = content.documents.map(({ id: document, content: { sha256 } }) => ({
		...{ sha256, document, kind: 'document' as const },
	}));
	// The draft goes with what it has become: never both, never neither.
	store.transaction(() => {
		store.drafts.remove(posting);
		sync.outbox.give([
			{ entity: posting, baseVersion: 0, command: { type: 'create', body: { content } }, uploads },
			{ entity: posting, baseVersion: 1, command: { type: 'activate', body: {} } },
		]);
	});
}

async function actIn(app: PostingApp, view: PostingView, { declines, replacement }: AppTask): Promise<void> {
	const declined = view.signatories.find(({ state, successor }) => state === 'declined' && successor === null);
	if (view.relation === 'owner' && view.isBlocked && declined) {
		const successor = signatoryId.parse(newUuid());
		await app.give(view.id, { type: 'replace', body: { signatory: declined.id, successor, person: replacement } });
		return;
	}
	const [place] = view.signatories.filter((one) => view.own.includes(one.id) && isAsked(view, one));
	if (!place) return;
	const { id: as, role, step } = place;
	if (declines && step === view.steps[0]?.id) {
		await app.give(view.id, { type: 'decline', body: { as, reason: 'Somebody else has to do this' } });
	} else if (role === 'approver') await app.give(view.id, { type: 'approve', body: { as } });
	else if (role === 'viewer') await app.give(view.id, { type: 'open', body: { as } });
	else await app.sign(view.id);
}

const isAsked = ({ steps }: PostingView, { step, state }: SignatoryView): boolean =>
	steps.some((one) => one.id === step && one.state === 'open') && (state === 'notified' || state === 'opened');

/** The bundle for the owner; a receipt for each place in which the person acted. */
const hasEverything = ({ relation, bundle, signatories, own }: PostingView): boolean =>
	(relation !== 'owner' || bundle !== null) &&
	signatories.every((one) => !own.includes(one.id) || !acted.has(one.state) || one.receipt !== null);

const acted: ReadonlySet<string> = new Set(['signed', 'approved', 'witnessed']);

const [, , taskFile = ''] = process.argv;
await run(appTask.parse(JSON.parse(readFileSync(taskFile, 'utf8'))));
