/** The OpenAPI document, made of the schemas that check the requests, and a page that shows it without any script. */
import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from './app.ts';
import { openApiPage } from './openApiPage.ts';

export async function documentApp(app: App): Promise<void> {
	await app.register(swagger, {
		openapi: {
			openapi: '3.1.0',
			info: {
				title: 'Paraph',
				version: '1.0.0',
				description:
					'Postings: documents that their owner sends to people who sign them with their own cards. Every failure is an application/problem+json with a code, what happened, and what to do.',
				license: { name: 'EUPL-1.2', url: 'https://joinup.ec.europa.eu/collection/eupl' },
			},
			components: { securitySchemes: { session: { type: 'http', scheme: 'bearer' } } },
		},
		transform: jsonSchemaTransform,
		transformObject: jsonSchemaTransformObject,
	});
	app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
		reply.type('application/json').serializer(JSON.stringify).send(app.swagger()),
	);
	app.get('/docs', { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
		reply.type('text/html; charset=utf-8').serializer(String).send(openApiPage(app.swagger()).text),
	);
}
