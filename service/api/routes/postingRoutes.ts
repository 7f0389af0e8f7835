import { z } from 'zod';
import { postingId, sha256 } from '../../../core/postings/identifiers.ts';
import { timeline } from '../../../core/postings/protocol/event.ts';
import {
	changesQuery,
	changesResponse,
	snapshotQuery,
	snapshotResponse,
} from '../../../core/postings/protocol/feed.ts';
import { opsRequest, opsResponse } from '../../../core/postings/protocol/ops.ts';
import { postingView } from '../../../core/postings/protocol/view.ts';
import { everybody, sessionOf } from '../access.ts';
import { ApiError } from '../apiError.ts';
import type { App } from '../app.ts';
import type { ChangeFeed, PostingDesk } from '../postingDesk.ts';

export interface PostingRouteParts {
	readonly desk: PostingDesk;
	readonly feed: ChangeFeed;
	/** Aborted when the service stops: those who wait are answered. */
	readonly stopping: AbortSignal;
}

/** `/v1/ops`, `/v1/changes`, `/v1/snapshot`, `/v1/postings`: what people do, and how their devices keep up. */
export function postingRoutes(app: App, { desk, feed, stopping }: PostingRouteParts): void {
	const params = z.object({ posting: postingId });
	const find = async (request: Parameters<typeof sessionOf>[0], id: string) => {
		const view = await desk.view(sessionOf(request), id);
		if (view !== undefined) return view;
		throw new ApiError('not-found', 'There is no such posting for you.', { subject: id });
	};

	app.post(
		'/v1/ops',
		{
			config: { access: everybody },
			schema: {
				tags: ['postings'],
				summary: 'What a device’s outbox holds, in order',
				description:
					'Each op has an id of its own (UUIDv7); sent again, it gets the answer it got: applied, conflict with the present state, or rejected with the code of the rule.',
				body: opsRequest,
				response: { 200: opsResponse },
			},
		},
		async (request) => ({ results: await desk.applyOps(sessionOf(request), request.body.ops) }),
	);

	app.get(
		'/v1/changes',
		{
			config: { access: everybody },
			schema: {
				tags: ['postings'],
				summary: 'What changed since a cursor; waits for up to `wait` seconds where nothing did',
				description: '410 where the cursor is too old: take the snapshot.',
				querystring: changesQuery,
				response: { 200: changesResponse },
			},
		},
		async (request) => {
			const { cursor, wait, limit } = request.query;
			const gone = new AbortController();
			request.raw.once('close', () => gone.abort());
			const signal = AbortSignal.any([stopping, gone.signal]);
			return feed.waitForChanges(sessionOf(request), { cursor, limit, wait: wait * 1000, signal });
		},
	);

	app.get(
		'/v1/snapshot',
		{
			config: { access: everybody },
			schema: {
				tags: ['postings'],
				summary: 'Everything the person sees, page by page, and where its changes begin',
				querystring: snapshotQuery,
				response: { 200: snapshotResponse },
			},
		},
		async (request) => feed.snapshot(sessionOf(request), request.query),
	);

	app.get(
		'/v1/postings',
		{
			config: { access: everybody },
			schema: {
				tags: ['postings'],
				summary: 'The postings of a person, in the order of their ids',
				querystring: snapshotQuery,
				response: { 200: z.object({ postings: z.array(postingView), next: postingId.nullable() }) },
			},
		},
		async (request) => {
			const { views, next } = await desk.list(sessionOf(request), request.query);
			return { postings: views, next: next === null ? null : postingId.parse(next) };
		},
	);

	app.get(
		'/v1/postings/:posting',
		{
			config: { access: everybody },
			schema: { tags: ['postings'], summary: 'One of them', params, response: { 200: postingView } },
		},
		async (request) => find(request, request.params.posting),
	);

	app.get(
		'/v1/postings/:posting/events',
		{
			config: { access: everybody },
			schema: { tags: ['postings'], summary: 'What happened in it', params, response: { 200: timeline } },
		},
		async (request) => ({ events: await desk.timeline(sessionOf(request), request.params.posting) }),
	);

	app.get(
		'/v1/receipts/:posting',
		{
			config: { access: everybody },
			schema: {
				tags: ['postings'],
				summary: 'The receipts in a posting that are the person’s to have',
				description: 'The bytes are to be had at /v1/blobs/{sha256}.',
				params,
				response: {
					200: z.object({ receipts: z.array(z.object({ signatory: z.string(), sha256, size: z.number() })) }),
				},
			},
		},
		async (request) => {
			const { signatories } = await find(request, request.params.posting);
			const receipts = signatories.flatMap(({ id, receipt }) => (receipt ? [{ signatory: id, ...receipt }] : []));
			return { receipts };
		},
	);
}
