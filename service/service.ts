/** The composition root of the service: everything that has a life is made here, from the configuration, and ended here. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { ConfigError } from '../core/config/configError.ts';
import { HttpFetcher } from '../core/net/httpFetcher.ts';
import { PathResearch } from '../core/pki/pathResearch.ts';
import { loadTrustAnchors } from '../core/pki/validationData.ts';
import { type Clock, systemClock } from '../core/ports/clock.ts';
import type { TrustAnchor } from '../core/ports/trustSource.ts';
import { type App, createApp } from './api/app.ts';
import { Metrics } from './api/metrics.ts';
import type { PostingDesk } from './api/postingDesk.ts';
import { authRoutes } from './api/routes/authRoutes.ts';
import { blobRoutes } from './api/routes/blobRoutes.ts';
import { systemRoutes } from './api/routes/systemRoutes.ts';
import { uploadRoutes } from './api/routes/uploadRoutes.ts';
import { Authentication } from './auth/authentication.ts';
import { CardLogin } from './auth/cardLogin.ts';
import { Challenges } from './auth/challenges.ts';
import { Lockout } from './auth/lockout.ts';
import { OidcLogin } from './auth/oidcLogin.ts';
import { SecondFactor } from './auth/secondFactor.ts';
import { Sessions } from './auth/sessions.ts';
import { openStore } from './blobs/openStore.ts';
import { Uploads } from './blobs/uploads.ts';
import { below, type ServiceConfig } from './config/configuration.ts';
import { databaseSettings } from './config/databaseSettings.ts';
import { ChangeSignal } from './db/changes.ts';
import { ServiceDatabase } from './db/serviceDatabase.ts';
import { EventLog } from './events/eventLog.ts';
import { openTenantKey } from './keys/openTenantKey.ts';
import { openTenant } from './keys/tenant.ts';
import type { Logger } from './logging.ts';
import { PublicAddress } from './publicAddress.ts';
import { Recorder } from './recorder.ts';
import { ServiceGuardian } from './serviceGuardian.ts';
import { Tenants } from './tenants.ts';

export interface ServiceOptions {
	readonly config: ServiceConfig;
	readonly logger: Logger;
	readonly env: NodeJS.ProcessEnv;
	readonly clock?: Clock;
}

export interface RunningService extends AsyncDisposable {
	/** Where it listens. */
	readonly url: string;
	readonly app: App;
	/** Ends what is in hand and refuses what is new; long polls are answered at once. */
	close(): Promise<void>;
}

/** Everything that a running instance has, for those who build on it. */
export interface ServiceParts {
	readonly config: ServiceConfig;
	readonly address: PublicAddress;
	readonly clock: Clock;
	readonly database: ServiceDatabase;
	readonly tenants: Tenants;
	readonly events: EventLog;
	readonly signal: ChangeSignal;
	readonly recorder: Recorder;
}

/** @throws {ConfigError} {KeyError} {ServiceDatabaseError} where it cannot start as configured. */
export async function startService(
	options: ServiceOptions,
	openDesk?: (parts: ServiceParts) => PostingDesk,
): Promise<RunningService> {
	const { config, logger, env, clock = systemClock } = options;
	const ends: (() => Promise<void> | void)[] = [];
	const close = async (): Promise<void> => {
		for (const end of ends.splice(0).reverse()) await end();
	};
	try {
		const database = await ServiceDatabase.open(databaseSettings(config, env));
		ends.push(() => database.close());
		const tenants = await openTenants(config, database, ends);
		const store = await openStore(config, env);
		ends.push(() => store.close());
		const events = new EventLog(database);
		ends.push(() => events.settle());
		const signal = new ChangeSignal(database);
		await signal.start();
		ends.push(() => signal.close());
		const address = new PublicAddress(config);
		const recorder = new Recorder({ database, events, signal, clock, domain: address.url.hostname, onMail: () => {} });
		const parts = { config, address, clock, database, tenants, events, signal, recorder };
		const login = openLogin(parts, env);
		const metrics = new Metrics();
		const uploads = new Uploads({ main: database.main, store, clock, quota: config.limits.uploadBytesPerPerson });
		const desk = openDesk?.(parts);
		const app = await createApp(
			{
				logger,
				metrics,
				guardian: new ServiceGuardian({
					...login,
					tenants,
					metricsToken: config.metrics && env[config.metrics.tokenEnv],
				}),
				trustedProxies: config.listen.behindProxy,
				tls: config.listen.tls && {
					cert: readFileSync(below(config, config.listen.tls.certificate)),
					key: readFileSync(below(config, config.listen.tls.key)),
				},
				requestsPerMinute: config.limits.requestsPerMinute,
			},
			(routes) => {
				systemRoutes(routes, { database, metrics });
				const tenantOf = (request: FastifyRequest) => tenants.of(request);
				authRoutes(routes, { ...login, tenantOf, loginsPerMinute: config.limits.loginsPerMinute });
				if (desk !== undefined) {
					uploadRoutes(routes, { uploads, desk });
					blobRoutes(routes, { desk });
				}
			},
		);
		ends.push(() => app.close());
		await app.listen({ host: config.listen.host, port: config.listen.port });
		address.listening((app.server.address() as AddressInfo).port);
		return { url: address.local.origin, app, close, [Symbol.asyncDispose]: close };
	} catch (error) {
		await close();
		throw error;
	}
}

async function openTenants(
	config: ServiceConfig,
	database: ServiceDatabase,
	ends: (() => Promise<void> | void)[],
): Promise<Tenants> {
	const tenants = [];
	for (const settings of config.tenants) {
		const key = await openTenantKey(config, settings);
		ends.push(() => key.close());
		tenants.push(await openTenant(database, settings.name, key));
	}
	return new Tenants(config, tenants);
}

function openLogin({ config, address, clock, database, recorder }: ServiceParts, env: NodeJS.ProcessEnv) {
	const sessions = new Sessions({ main: database.main, clock, hours: config.login.sessionHours });
	const lockout = new Lockout(database.main, clock);
	const challenges = new Challenges(database.main, clock);
	const { card, oidc, mail } = config.login;
	const authentication = new Authentication({
		database,
		recorder,
		sessions,
		lockout,
		challenges,
		mail,
		administrators: config.administrators,
		card:
			card &&
			new CardLogin({
				...card,
				challenges,
				clock,
				origin: () => address.url.origin,
				anchors: anchorsFor(config, card.trust),
				research: new PathResearch(new HttpFetcher({ allowLocal: card.allowLocal })),
			}),
		oidc: new OidcLogin({
			issuers: oidc,
			challenges,
			callback: () => address.to('/login/oidc/callback'),
			env,
		}),
	});
	return { authentication, secondFactor: new SecondFactor({ recorder, clock, sessions, lockout }) };
}

/** What a demo PKI vouches for is nobody in production. */
function anchorsFor(config: ServiceConfig, paths: readonly string[]): readonly TrustAnchor[] {
	const anchors = loadTrustAnchors(paths.map((path) => below(config, path)));
	const test = anchors.find((anchor) => anchor.test);
	if (test === undefined || config.profile !== 'production') return anchors;
	throw new ConfigError(
		'config-invalid',
		`${test.source} is an anchor for trying out; this service is for production.`,
		{
			hint: 'Set "profile": "test", or trust real authorities.',
			subject: test.source,
		},
	);
}
