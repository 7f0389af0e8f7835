/** Pages for a signatory without the application: to see, to take away, to decline. Plain HTML, no script at all. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { documentId, newUuid, opId, postingId, signatoryId } from '../../core/postings/identifiers.ts';
import { headOf, language } from '../../core/postings/posting.ts';
import type { Op } from '../../core/postings/protocol/ops.ts';
import type { PostingView } from '../../core/postings/protocol/view.ts';
import { ApiError } from '../api/apiError.ts';
import type { App } from '../api/app.ts';
import type { PostingDesk } from '../api/postingDesk.ts';
import type { Session } from '../auth/session.ts';
import { html } from './html.ts';
import { LANGUAGE_COOKIE, languageOf, pageTexts } from './language.ts';
import { inboxPage, postingPage } from './postingPages.ts';
import type { WebPages } from './webPages.ts';

const schema = { hide: true } as const;
const config = { access: 'page' } as const;
const posting = z.object({ posting: postingId });

export function webRoutes(app: App, { desk, pages }: { readonly desk: PostingDesk; readonly pages: WebPages }): void {
	app.get('/', { config, schema }, async (request, reply) => {
		const session = pages.requireSession(request, '/');
		const { views } = await desk.list(session, { limit: 500 });
		const texts = pageTexts[languageOf(request)];
		return pages.send(
			request,
			reply,
			texts.inboxTitle,
			inboxPage(
				texts,
				views.filter(({ state }) => state !== 'draft'),
			),
		);
	});

	app.get(
		'/language/:language',
		{
			config: { access: 'public' },
			schema: { ...schema, params: z.object({ language }), querystring: z.object({ to: z.string().default('/') }) },
		},
		async (request, reply) =>
			reply
				.setCookie(LANGUAGE_COOKIE, request.params.language, { ...pages.cookie(request), maxAge: 365 * 86_400 })
				.redirect(pages.localPath(request.query.to), 303),
	);

	app.get('/p/:posting', { config, schema: { ...schema, params: posting } }, async (request, reply) => {
		const session = pages.requireSession(request, request.url);
		const { posting: id } = request.params;
		const view = await desk.view(session, id);
		if (view === undefined) {
			const level = await desk.levelWanted(session, id);
			if (level === undefined) return pages.nothingHere(request, reply);
			return reply.redirect(`/login?level=${level}&to=${encodeURIComponent(request.url)}`, 303);
		}
		const current = await opened(desk, session, view);
		return pages.send(request, reply, current.title, postingPage(pageTexts[languageOf(request)], current));
	});

	app.get(
		'/p/:posting/documents/:document',
		{ config, schema: { ...schema, params: posting.extend({ document: documentId }) } },
		async (request, reply) => {
			const session = pages.requireSession(request, request.url);
			const view = await desk.view(session, request.params.posting);
			const document = view?.documents.find(({ id }) => id === request.params.document);
			if (document === undefined) return pages.nothingHere(request, reply);
			return download(desk, session, reply, { name: document.name, type: 'application/pdf', ...headOf(document) });
		},
	);

	app.get(
		'/p/:posting/receipts/:signatory',
		{ config, schema: { ...schema, params: posting.extend({ signatory: signatoryId }) } },
		async (request, reply) => {
			const session = pages.requireSession(request, request.url);
			const view = await desk.view(session, request.params.posting);
			const receipt = view?.signatories.find(({ id }) => id === request.params.signatory)?.receipt;
			if (view === undefined || !receipt) return pages.nothingHere(request, reply);
			return download(desk, session, reply, { name: `${view.title}-receipt.pdf`, type: 'application/pdf', ...receipt });
		},
	);

	app.get('/p/:posting/bundle', { config, schema: { ...schema, params: posting } }, async (request, reply) => {
		const session = pages.requireSession(request, request.url);
		const view = await desk.view(session, request.params.posting);
		if (!view?.bundle) return pages.nothingHere(request, reply);
		return download(desk, session, reply, { name: `${view.title}.zip`, type: 'application/zip', ...view.bundle });
	});

	app.post(
		'/p/:posting/decline',
		{
			config,
			schema: {
				...schema,
				params: posting,
				body: z.object({ as: signatoryId, reason: z.string().trim().min(1).max(1000) }),
			},
		},
		async (request, reply) => {
			const session = pages.requireForm(request);
			const { posting: id } = request.params;
			return act(request, reply, session, { type: 'decline', entity: id, body: request.body });
		},
	);

	app.post(
		'/p/:posting/approve',
		{ config, schema: { ...schema, params: posting, body: z.object({ as: signatoryId }) } },
		async (request, reply) => {
			const session = pages.requireForm(request);
			const { posting: id } = request.params;
			return act(request, reply, session, { type: 'approve', entity: id, body: request.body });
		},
	);

	async function act(
		request: FastifyRequest,
		reply: FastifyReply,
		session: Session,
		command: Pick<Extract<Op, { type: 'decline' | 'approve' }>, 'type' | 'entity' | 'body'>,
	): Promise<FastifyReply> {
		const view = await desk.view(session, command.entity);
		if (view === undefined) return pages.nothingHere(request, reply);
		const [result] = await desk.applyOps(session, [asOp(command, view.version)]);
		if (result?.status !== 'rejected') return reply.redirect(`/p/${command.entity}`, 303);
		const texts = pageTexts[languageOf(request)];
		const content = html`<p class="bad">${result.message}</p><p>${result.hint}</p><p><a href="/p/${command.entity}">${texts.back}</a></p>`;
		return pages.send(request, reply.code(409), texts.wentWrong, content);
	}
}

/** Seeing the page is opening the posting: the owner is told. */
async function opened(desk: PostingDesk, session: Session, view: PostingView): Promise<PostingView> {
	const unseen = view.signatories.filter(({ id, state }) => view.own.includes(id) && state === 'notified');
	if (view.state !== 'active' || unseen.length === 0) return view;
	const ops = unseen.map(({ id }) => asOp({ type: 'open', entity: view.id, body: { as: id } }, view.version));
	await desk.applyOps(session, ops);
	return (await desk.view(session, view.id)) ?? view;
}

type Command = Pick<Extract<Op, { type: 'open' | 'decline' | 'approve' }>, 'type' | 'entity' | 'body'>;

const asOp = (command: Command, baseVersion: number): Op =>
	({ ...command, opId: opId.parse(newUuid()), baseVersion }) as Op;

async function download(
	desk: PostingDesk,
	session: Session,
	reply: FastifyReply,
	file: { readonly name: string; readonly type: string; readonly sha256: string },
): Promise<FastifyReply> {
	const blob = await desk.openBlob(session, file.sha256);
	if (blob === undefined) throw new ApiError('blob-unknown', 'There are no such bytes for you.');
	return reply
		.headers({
			'content-type': file.type,
			'content-length': blob.length,
			// RFC 6266 §4.3: never shown in the page's own origin.
			'content-disposition': `attachment; filename="document"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
		})
		.send(Readable.from(blob.read()));
}
