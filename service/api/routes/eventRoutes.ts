import { z } from 'zod';
import type { Certificate } from '../../../core/pki/certificate.ts';
import { eventsQuery } from '../../../core/postings/protocol/event.ts';
import { authEvent } from '../../auth/authEvents.ts';
import type { ServiceDatabase } from '../../db/serviceDatabase.ts';
import type { EventLog } from '../../events/eventLog.ts';
import { verifyEvents } from '../../events/verifyEvents.ts';
import type { Recorder } from '../../recorder.ts';
import { sessionOf } from '../access.ts';
import type { App } from '../app.ts';

export interface EventRouteParts {
	readonly database: ServiceDatabase;
	readonly events: EventLog;
	readonly recorder: Recorder;
	/** Of those who stamp the chain's head. */
	readonly anchors: readonly Certificate[];
}

const chained = z.object({
	seq: z.number(),
	prevHash: z.string(),
	hash: z.string(),
	/** Canonical JSON: what `hash` is the SHA-256 of. */
	body: z.string(),
	/** What is committed to in `body.personal`, with its salts; empty where it was erased. */
	openings: z.record(z.string(), z.object({ value: z.string(), salt: z.string() })),
});

/** `/v1/events`: the chain, for those who audit it. */
export function eventRoutes(app: App, { database, events, recorder, anchors }: EventRouteParts): void {
	const config = { access: ['auditor', 'administrator'] as const };

	app.get(
		'/v1/events',
		{
			config,
			schema: {
				tags: ['events'],
				summary: 'The chain of events, as it is kept',
				querystring: eventsQuery.extend({ entity: z.string().max(100).optional() }),
				response: { 200: z.object({ events: z.array(chained) }) },
			},
		},
		async (request) => {
			const session = sessionOf(request);
			const { from, limit, entity } = request.query;
			const found = await events.read(session.tenant, { from, limit, entity });
			await recorder.record(session.tenant, (recording) =>
				recording.events({ ...authEvent('events.read', session, { from, count: found.length }), category: 'access' }),
			);
			return { events: found };
		},
	);

	app.get(
		'/v1/events/verification',
		{
			config,
			schema: {
				tags: ['events'],
				summary: 'Walks the chain and names the first break',
				response: {
					200: z.object({
						ok: z.boolean(),
						checked: z.number(),
						start: z.object({ seq: z.number(), hash: z.string() }),
						head: z.object({ seq: z.number(), hash: z.string() }),
						brokenAt: z.object({ seq: z.number(), code: z.string(), message: z.string() }).nullable(),
					}),
				},
			},
		},
		async (request) => {
			const { ok, checked, start, head, brokenAt } = await verifyEvents(
				database,
				events,
				sessionOf(request).tenant,
				anchors,
			);
			return { ok, checked, start, head, brokenAt: brokenAt ?? null };
		},
	);
}
