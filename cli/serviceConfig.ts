import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceConfig } from '../service/config/configuration.ts';
import type { Io } from './command.ts';
import { UsageError } from './errors.ts';
import { stateFolder } from './stateFolder.ts';

const MACHINE_CONFIG = '/etc/paraph/service.json';

/** Where the service's configuration is, and what overrides it. */
export const serviceOptionTable = { config: 'text', data: 'text' } as const;

export const serviceHelp = `  --config FILE  the service's configuration (JSON); default: /etc/paraph/service.json where there is one
  --data DIR     the service's folder, instead of the configuration's`;

/** The service's configuration with what the command line says. @throws {ConfigError} {UsageError} */
export async function readConfig(
	given: { readonly config: string | undefined; readonly data: string | undefined; readonly port?: string | undefined },
	io: Io,
): Promise<ServiceConfig> {
	const { parseServiceConfig, readJson } = await import('../service/config/configuration.ts');
	const file = given.config ?? (existsSync(MACHINE_CONFIG) ? MACHINE_CONFIG : undefined);
	const json = file === undefined ? { data: join(stateFolder(io.env), 'service') } : readJson(file);
	const port = given.port === undefined ? undefined : readPort(given.port);
	const listen = port === undefined ? {} : { listen: { ...objectIn(json, 'listen'), port } };
	const data = given.data === undefined ? {} : { data: given.data };
	return parseServiceConfig({ ...json, ...data, ...listen }, file ?? 'options');
}

const objectIn = (json: Readonly<Record<string, unknown>>, name: string): object => {
	const value = json[name];
	return typeof value === 'object' && value !== null ? value : {};
};

function readPort(text: string): number {
	const port = Number(text);
	if (/^\d+$/.test(text) && port <= 65_535) return port;
	throw new UsageError(`--port: '${text}' is no port`);
}
