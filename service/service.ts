/** The composition root of the service: everything that has a life is made here, from the configuration, and ended here. */
import type { AddressInfo } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { HttpFetcher } from '../core/net/httpFetcher.ts';
import { Certificate } from '../core/pki/certificate.ts';
import { type Clock, systemClock } from '../core/ports/clock.ts';
import { TsaClient } from '../core/tsp/tsaClient.ts';
import type { GuardedRoute } from './api/access.ts';
import { createApp } from './api/app.ts';
import { Metrics } from './api/metrics.ts';
import { authRoutes } from './api/routes/authRoutes.ts';
import { blobRoutes } from './api/routes/blobRoutes.ts';
import { eventRoutes } from './api/routes/eventRoutes.ts';
import { peopleRoutes } from './api/routes/peopleRoutes.ts';
import { postingRoutes } from './api/routes/postingRoutes.ts';
import { systemRoutes } from './api/routes/systemRoutes.ts';
import { uploadRoutes } from './api/routes/uploadRoutes.ts';
import { readTls, renewTls } from './api/tls.ts';
import { Blobs } from './blobs/blobs.ts';
import { openStore } from './blobs/openStore.ts';
import { Uploads } from './blobs/uploads.ts';
import { type ServiceConfig, secret } from './config/configuration.ts';
import { databaseSettings } from './config/databaseSettings.ts';
import { trustAnchors } from './config/trustAnchors.ts';
import { ChangeSignal } from './db/changes.ts';
import { lockData } from './db/dataLock.ts';
import { ServiceDatabase } from './db/serviceDatabase.ts';
import { EventLog } from './events/eventLog.ts';
import { TenantChangeFeed } from './feed/changeFeed.ts';
import { JobRunner } from './jobs/jobRunner.ts';
import { serviceJobs } from './jobs/serviceJobs.ts';
import type { Logger } from './logging.ts';
import { countLetters } from './mail/outbox.ts';
import { Postman } from './mail/postman.ts';
import { type Login, openLogin } from './openLogin.ts';
import { type OpenPostings, openPostings } from './postings/openPostings.ts';
import { personIndexes } from './postings/postingRows.ts';
import { PublicAddress } from './publicAddress.ts';
import { Recorder } from './recorder.ts';
import { ServiceGuardian } from './serviceGuardian.ts';
import type { ServiceParts } from './serviceParts.ts';
import { openTenants } from './tenants.ts';
import { loginRoutes } from './web/loginRoutes.ts';
import { pageErrors } from './web/pageErrors.ts';
import { WebPages } from './web/webPages.ts';
import { webRoutes } from './web/webRoutes.ts';

export interface ServiceOptions {
	readonly config: ServiceConfig;
	readonly logger: Logger;
	readonly env: NodeJS.ProcessEnv;
	readonly clock?: Clock;
}

export interface RunningService extends AsyncDisposable {
	/** Where it listens. */
	readonly url: string;
	readonly parts: ServiceParts;
	/** What it answers, and to whom. */
	readonly routes: readonly GuardedRoute[];
	/** Does everything that is due now; else jobs come in their own time. */
	runJobs(): Promise<void>;
	/** Ends what is in hand and refuses what is new; whoever waits for changes is answered at once. */
	close(): Promise<void>;
}

/** What is to be ended, in the order it was made. */
type Ends = (() => Promise<void> | void)[];

/** @throws {ConfigError} {KeyError} {ServiceDatabaseError} {TokenError} where it cannot start as configured. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
	const ends: Ends = [];
	const close = async (): Promise<void> => {
		for (const end of ends.splice(0).reverse()) await end();
	};
	try {
		const parts = await openParts(options, ends);
		const { config, address, clock, logger, metrics, database } = parts;
		const postings = await openPostings({ ...parts, store: parts.blobs.store });
		ends.push(() => postings.close());
		const { app, guarded: routes } = await openApp(parts, openLogin(parts), postings, ends);
		await app.listen({ host: config.listen.host, port: config.listen.port });
		address.listening((app.server.address() as AddressInfo).port);
		const jobs = serviceJobs(parts, postings.postingClock);
		const runner = new JobRunner({
			...{ main: database.main, clock, logger, metrics, jobs },
			isAlone: database.dialect === 'sqlite',
		});
		await runner.start();
		ends.push(() => runner.stop());
		const runJobs = () => runner.runDue();
		return { url: address.local.origin, parts, routes, runJobs, close, [Symbol.asyncDispose]: close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function openParts(
	{ config, logger, env, clock = systemClock }: ServiceOptions,
	ends: Ends,
): Promise<ServiceParts> {
	const settings = databaseSettings(config, env);
	if (settings.kind === 'sqlite') ends.push(lockData(settings.folder));
	const database = await ServiceDatabase.open(settings);
	ends.push(() => database.close());
	const tenants = await openTenants(config, database, env);
	ends.push(() => tenants.close());
	const store = await openStore(config, env);
	ends.push(() => store.close());
	const events = new EventLog(database);
	ends.push(() => events.close());
	const signal = new ChangeSignal(database);
	await signal.start();
	ends.push(() => signal.close());
	const address = new PublicAddress(config);
	const { main } = database;
	const postman = new Postman({
		main,
		tenants,
		clock,
		logger,
		settings: mailSettings(config, env),
		linkTo: (id) => address.to(`/p/${id}`),
	});
	ends.push(() => postman.close());
	const onMail = () => void postman.deliver().catch((err: unknown) => logger.error({ err }, 'letters have to wait'));
	return {
		config,
		env,
		address,
		clock,
		logger,
		metrics: new Metrics(),
		database,
		tenants,
		blobs: new Blobs(store),
		uploads: new Uploads({ main, store, clock, quota: config.limits.uploadBytesPerPerson }),
		events,
		signal,
		recorder: new Recorder({ database, events, signal, clock, domain: address.url.hostname, onMail }),
		postman,
		tsa: openTsa(config, clock),
		anchors: trustAnchors(config, config.validation.trust),
	};
}

function openTsa({ timestamps, validation }: ServiceConfig, clock: Clock): TsaClient | undefined {
	if (timestamps.length === 0) return undefined;
	const fetcher = new HttpFetcher({ allowLocal: validation.allowLocal });
	return new TsaClient({ authorities: timestamps.map((url) => ({ url })), fetcher, clock });
}

function mailSettings({ mail }: ServiceConfig, env: NodeJS.ProcessEnv) {
	const named = (name: string | undefined): string | undefined => (name === undefined ? undefined : secret(name, env));
	return {
		url: mail?.url,
		user: named(mail?.userEnv),
		password: named(mail?.passwordEnv),
		from: mail?.from ?? 'paraph@localhost',
	};
}

async function openApp(parts: ServiceParts, login: Login, { desk }: OpenPostings, ends: Ends) {
	const { config, env, address, logger, metrics, database, tenants, uploads, events, recorder, anchors } = parts;
	const tenantOf = (request: FastifyRequest) => tenants.of(request);
	const { loginsPerMinute, requestsPerMinute } = config.limits;
	const pages = new WebPages({ isTest: config.profile !== 'production', origin: () => address.url.origin });
	const metricsToken = config.metrics && secret(config.metrics.tokenEnv, env);
	const stopping = new AbortController();
	const feed = new TenantChangeFeed({
		main: database.main,
		signal: parts.signal,
		indexesOf: personIndexes,
		views: (session, postings) => desk.views(session, postings),
		list: (session, page) => desk.list(session, page),
	});
	metrics.onCollect(() => countLetters(database.main, metrics));
	const opened = await createApp(
		{
			logger,
			metrics,
			guardian: new ServiceGuardian({ authentication: login.authentication, tenants, metricsToken }),
			trustedProxies: config.listen.behindProxy,
			tls: readTls(config),
			requestsPerMinute,
			onPageError: pageErrors(pages),
		},
		(routes) => {
			systemRoutes(routes, { database, metrics });
			authRoutes(routes, { ...login, tenantOf, loginsPerMinute });
			postingRoutes(routes, { desk, feed, stopping: stopping.signal });
			uploadRoutes(routes, { uploads, desk });
			blobRoutes(routes, { desk });
			peopleRoutes(routes, { database, recorder, secondFactor: login.secondFactor });
			eventRoutes(routes, {
				database,
				events,
				recorder,
				anchors: anchors.map(({ certificate }) => Certificate.parse(certificate)),
			});
			loginRoutes(routes, { ...login, pages, tenantOf, loginsPerMinute, addressOf: (path) => address.to(path) });
			webRoutes(routes, { desk, pages });
		},
	);
	ends.push(renewTls(opened.app, config, logger));
	ends.push(async () => {
		stopping.abort();
		await opened.app.close();
	});
	return opened;
}
