/** The composition root of the commands that sign, extend and verify: configuration, network, trust, timestamps. */
import { Configuration } from '../core/config/configuration.ts';
import { localServices } from '../core/net/localServices.ts';
import type { Level } from '../core/pades/level.ts';
import { systemClock } from '../core/ports/clock.ts';
import type { Fetcher } from '../core/ports/fetcher.ts';
import type { TsaClient } from '../core/tsp/tsaClient.ts';
import type { OptionTable } from './arguments.ts';
import type { Io } from './command.ts';
import { openAuthorityTrust } from './evidence.ts';
import type { Output } from './output.ts';
import { readLevel } from './signatureOptions.ts';
import { namedServers, resolveServer } from './timestampServers.ts';
import { rememberedTokenSizes } from './tokenSizes.ts';

export const workplaceOptionTable = {
	trust: 'texts',
	'validation-data': 'texts',
	offline: 'flag',
} as const satisfies OptionTable;

export const workplaceHelp = `  --trust PATH              PEM/DER file or folder with extra trust anchors, or a trusted list
                            (XML) whose signer is configured or given likewise; repeatable
  --validation-data PATH    CRLs, OCSP responses and certificates from files; repeatable
  --offline                 no IP connection but to localServices of the configuration; what needs the network is left for 'extend'
  --config FILE             use this configuration`;

interface WorkplaceArguments {
	readonly config: string | undefined;
	readonly trust: readonly string[];
	readonly 'validation-data': readonly string[];
	readonly offline: boolean;
}

type Order = readonly { readonly name: string; readonly value: string }[];

/** The configuration with what the command line says. @throws {ConfigError}, {UsageError}. */
export function configure(options: WorkplaceArguments, order: Order, io: Io): Configuration {
	let configuration = Configuration.load({ env: io.env, named: options.config });
	const servers = namedServers(order);
	if (servers) configuration = configuration.with('tsa', servers, 'option --tsa');
	if (options.offline) configuration = configuration.with('network.offline', true, 'option --offline');
	if (options.trust.length > 0) {
		const trust = [...configuration.get('trust'), ...options.trust];
		configuration = configuration.with('trust', trust, 'option --trust');
	}
	if (options['validation-data'].length > 0) {
		const data = [...configuration.get('validationData'), ...options['validation-data']];
		configuration = configuration.with('validationData', data, 'option --validation-data');
	}
	return configuration;
}

/** The level asked for: the option's, the configuration's, else the highest that the configuration has the means for. */
export function wantedLevel(option: string | undefined, configuration: Configuration): Level {
	if (option !== undefined) {
		const level = readLevel(option);
		return configuration.with('level', level, 'option --level').get('level') ?? level;
	}
	return configuration.get('level') ?? (configuration.get('tsa').length > 0 ? 'b-lta' : 'b-b');
}

export async function openFetcher(configuration: Configuration): Promise<Fetcher> {
	const offline = configuration.get('network.offline');
	const local = configuration.get('localServices');
	if (offline && local.length === 0) {
		const { OfflineFetcher } = await import('../core/net/offlineFetcher.ts');
		return new OfflineFetcher();
	}
	const { HttpFetcher } = await import('../core/net/httpFetcher.ts');
	return new HttpFetcher({
		allowLocal: configuration.get('network.allowLocal'),
		proxy: configuration.get('network.proxy'),
		only: offline ? localServices(local) : undefined,
	});
}

/** The authorities where a signature may wait for them: none offline, unless one is a local service. */
export function timestampsInReach(configuration: Configuration, supply: TsaClient | undefined): TsaClient | undefined {
	if (!configuration.get('network.offline')) return supply;
	const isLocal = localServices(configuration.get('localServices'));
	return supply?.addresses.some((address) => isLocal(new URL(address))) ? supply : undefined;
}

/** Undefined where no authority is configured. */
export async function openTimestamps(
	configuration: Configuration,
	fetcher: Fetcher,
	io: Io,
	output: Output,
): Promise<TsaClient | undefined> {
	const servers = configuration.get('tsa');
	if (servers.length === 0) return undefined;
	const { TsaClient: Client } = await import('../core/tsp/tsaClient.ts');
	let trust: ReturnType<typeof openAuthorityTrust> | undefined;
	let toldUntil = 0;
	return new Client({
		// Opened with the first token: who wants none need not read whom to trust.
		isTrusted: async (token) => {
			trust ??= openAuthorityTrust(configuration, fetcher);
			return (await trust)(token);
		},
		authorities: servers.map((server) => resolveServer(server, io)),
		fetcher,
		clock: systemClock,
		sizes: rememberedTokenSizes(io.env),
		// Said once while it lasts, however many files wait.
		onWait: ({ url, milliseconds }) => {
			const now = performance.now();
			if (now < toldUntil) return;
			toldUntil = now + milliseconds;
			output.hint(`${url}: waiting ${Math.ceil(milliseconds / 1000)} s`);
		},
	});
}
