import { z } from 'zod';
import type { ServiceDatabase } from '../../db/serviceDatabase.ts';
import { styleSheet } from '../../web/styleSheet.ts';
import { ApiError } from '../apiError.ts';
import type { App } from '../app.ts';
import type { Metrics } from '../metrics.ts';

export function systemRoutes(app: App, parts: { readonly database: ServiceDatabase; readonly metrics: Metrics }): void {
	app.get(
		'/healthz',
		{
			config: { access: 'public', rateLimit: false },
			schema: {
				tags: ['system'],
				summary: 'Whether this instance can do its work',
				response: { 200: z.object({ status: z.literal('ok') }) },
			},
		},
		async () => {
			if (!(await parts.database.isReady())) throw new ApiError('unavailable', 'The database does not answer.');
			return { status: 'ok' } as const;
		},
	);
	app.get(
		'/metrics',
		{
			config: { access: 'metrics' },
			schema: { tags: ['system'], summary: 'Counters in the text format of Prometheus', response: { 200: z.string() } },
		},
		async (_request, reply) => {
			reply.type('text/plain; version=0.0.4; charset=utf-8').serializer(String);
			return parts.metrics.text();
		},
	);
	app.get('/style.css', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) => {
		reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=3600');
		return styleSheet;
	});
	// Browsers ask for it beside every page that names no picture.
	app.get('/favicon.ico', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
		reply.code(204).header('cache-control', 'public, max-age=86400').send(),
	);
}
