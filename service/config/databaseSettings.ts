import { ConfigError } from '../../core/config/configError.ts';
import type { DatabaseSettings } from '../db/serviceDatabase.ts';
import { type ServiceConfig, secret } from './configuration.ts';

/** @throws {ConfigError} where nothing says where PostgreSQL is. */
export function databaseSettings({ data, database }: ServiceConfig, env: NodeJS.ProcessEnv): DatabaseSettings {
	if (database.kind === 'sqlite') return { kind: 'sqlite', folder: data };
	const { url, urlEnv, eventsUrl, connections } = database;
	const address = urlEnv === undefined ? url : secret(urlEnv, env);
	if (address !== undefined) return { kind: 'postgres', url: address, eventsUrl, connections };
	throw new ConfigError('config-invalid', 'database: neither url nor urlEnv says where PostgreSQL is.', {
		hint: 'Set one of them; urlEnv keeps the password out of the file.',
	});
}
