import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import Fastify, {
	type FastifyBaseLogger,
	type FastifyError,
	type FastifyInstance,
	type FastifyReply,
	type FastifyRequest,
	type FastifyTypeProvider,
	type RawServerDefault,
} from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Immutable } from '../../core/postings/identifiers.ts';
import { type GuardedRoute, type Guardian, guard } from './access.ts';
import { ApiError } from './apiError.ts';
import { documentApp } from './documentation.ts';
import type { Metrics } from './metrics.ts';
import { sendProblem } from './problems.ts';
import { protectTransport } from './transport.ts';

/** What comes has the type of its schema; what goes may be what nobody writes to. */
interface SchemaTypes extends FastifyTypeProvider {
	validator: this['schema'] extends z.ZodType ? z.output<this['schema']> : unknown;
	serializer: this['schema'] extends z.ZodType ? Immutable<z.output<this['schema']>> : unknown;
}

/** Routes are added to it with their schemas, which check what comes and document what goes. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, SchemaTypes>;

export interface AppOptions {
	readonly logger: FastifyBaseLogger;
	readonly metrics: Metrics;
	readonly guardian: Guardian;
	/** Networks of proxies that are believed about who asks. */
	readonly trustedProxies: readonly string[];
	readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
	readonly requestsPerMinute: number;
	/** Answers for pages: what went wrong is said in HTML. */
	readonly onPageError: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;
}

/** Milliseconds: longer than proxies keep a silent connection, which would otherwise send into one that just closed. */
const KEEP_ALIVE = 72_000;
/** JSON that anybody has to send: a hundred ops. */
const BODY_LIMIT = 4 * 1024 * 1024;

/** The HTTP application without its routes. */
export async function createApp(
	options: AppOptions,
	routes: (app: App) => void,
): Promise<{ readonly app: App; readonly guarded: readonly GuardedRoute[] }> {
	const { logger, metrics, trustedProxies, tls } = options;
	const app = Fastify({
		loggerInstance: logger,
		bodyLimit: BODY_LIMIT,
		trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
		genReqId: () => randomUUID(),
		requestIdHeader: false,
		forceCloseConnections: 'idle',
		serverFactory: (handler) =>
			tls === undefined
				? createHttpServer({ keepAliveTimeout: KEEP_ALIVE }, handler)
				: createHttpsServer({ ...tls, keepAliveTimeout: KEEP_ALIVE, minVersion: 'TLSv1.2' }, handler),
	}).withTypeProvider<SchemaTypes>();
	app.setValidatorCompiler(validatorCompiler);
	app.setSerializerCompiler(serializerCompiler);
	app.setErrorHandler<FastifyError | Error>((error, request, reply) => {
		if (request.routeOptions.config.access === 'page') options.onPageError(error, request, reply);
		else sendProblem(error, request, reply);
	});
	app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
		done(null, Object.fromEntries(new URLSearchParams(String(body)))),
	);
	app.setNotFoundHandler(async (request) => {
		throw new ApiError('not-found', `There is no ${request.method} ${request.url.split('?')[0]}.`);
	});
	hangUpAtTheEnd(app);
	protectTransport(app, { behindProxy: trustedProxies.length > 0 });
	measure(app, metrics);
	await app.register(cookie);
	await app.register(rateLimit, {
		max: options.requestsPerMinute,
		timeWindow: 60_000,
		errorResponseBuilder: (_request, { ttl }) =>
			new ApiError('too-many-requests', `Too many requests; go on in ${Math.ceil(ttl / 1000)} seconds.`),
	});
	const guarded = guard(app, options.guardian);
	await documentApp(app);
	routes(app);
	await app.ready();
	return { app, guarded };
}

function measure(app: App, metrics: Metrics): void {
	app.addHook('onResponse', async (request, reply) => {
		const route = request.routeOptions.url ?? 'none';
		const labels = { method: request.method, route, status: String(reply.statusCode) };
		metrics.count('paraph_requests_total', 'Requests answered.', labels);
		metrics.observe('paraph_request_seconds', 'From request to answer.', reply.elapsedTime / 1000, { route });
	});
	app.addHook('onSend', async (request, reply) => {
		reply.header('x-request-id', request.id);
	});
}

/**
 * Once it is to stop and every request in hand is answered, hangs up whoever is still connected. Node's server would wait
 * for a connection on which nothing was asked yet, such as a browser opens in advance, until the other side ends it.
 */
function hangUpAtTheEnd(app: App): void {
	let inHand = 0;
	let isStopping = false;
	const hangUp = () => {
		if (isStopping && inHand === 0) app.server.closeAllConnections();
	};
	app.addHook('onRequest', async (_request, reply) => {
		inHand++;
		reply.raw.once('close', () => {
			inHand--;
			hangUp();
		});
	});
	app.addHook('preClose', async () => {
		isStopping = true;
		// When it listens no more.
		setImmediate(hangUp);
	});
}
