import { discoverModules, distinctLibraries } from './modules/discovery.ts';
import { driverEnvironment } from './modules/environment.ts';
import { forkLauncher } from './modules/forkLauncher.ts';
import { type CallTimeouts, ModulePort } from './modules/modulePort.ts';
import type { ProcessLauncher } from './modules/processLauncher.ts';

/** How drivers are reached; every field has a default that suits the command line. */
export interface DriverOptions {
	/** PKCS#11 libraries to look into where a URI names none. Default: {@link discoverModules}. */
	readonly modules?: readonly string[] | undefined;
	/** No others may be loaded, whatever a URI says: a machine's configuration locks its list. */
	readonly modulesOnly?: boolean | undefined;
	/** What drivers may inherit parts of. Default: this process's. */
	readonly environment?: NodeJS.ProcessEnv | undefined;
	/** Names of further variables that drivers need. */
	readonly passEnvironment?: readonly string[] | undefined;
	/** Names of variables that drivers must not see: the one of `--pin-env`. */
	readonly withholdEnvironment?: readonly string[] | undefined;
	/** Electron's main process hands in its utilityProcess. Default: a plain child process. */
	readonly launcher?: ProcessLauncher | undefined;
	/** Milliseconds, where they differ from the defaults. */
	readonly timeouts?: Partial<CallTimeouts> | undefined;
}

/** @throws {TokenError} when the module cannot be loaded, or not in time. */
export function startModule(path: string, options: DriverOptions, signal?: AbortSignal): Promise<ModulePort> {
	const environment = driverEnvironment(options.environment ?? process.env, {
		pass: options.passEnvironment ?? [],
		withhold: options.withholdEnvironment ?? [],
	});
	const { launcher = forkLauncher, timeouts } = options;
	return ModulePort.start({ path, launcher, environment, timeouts }, signal);
}

/**
 * The modules that a configuration means: those it names before those that are found at the usual places, or where it
 * is locked those it names alone.
 */
export function modulesToSearch(settings: {
	readonly configured: readonly string[];
	readonly locked: boolean;
	readonly environment: NodeJS.ProcessEnv;
}): readonly string[] {
	const { configured, locked, environment } = settings;
	return locked ? configured : distinctLibraries([...configured, ...discoverModules(environment)]);
}

/** The modules to look into where nothing names one. */
export const modulesOf = ({ modules, environment }: DriverOptions): readonly string[] =>
	modules ?? discoverModules(environment ?? process.env);
