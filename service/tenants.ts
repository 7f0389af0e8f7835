import type { FastifyRequest } from 'fastify';
import { ApiError } from './api/apiError.ts';
import type { ServiceConfig } from './config/configuration.ts';
import type { ServiceDatabase } from './db/serviceDatabase.ts';
import { openTenantKey } from './keys/openTenantKey.ts';
import { openTenant, type Tenant } from './keys/tenant.ts';

/** The tenants of this service, told apart by the host name that is asked for. */
export class Tenants implements Iterable<Tenant> {
	readonly #byHost = new Map<string, Tenant>();
	readonly #all: readonly Tenant[];

	constructor(config: ServiceConfig, tenants: readonly Tenant[]) {
		this.#all = tenants;
		for (const { name, hosts } of config.tenants) {
			const tenant = tenants.find((one) => one.name === name);
			for (const host of hosts) if (tenant !== undefined) this.#byHost.set(host.toLowerCase(), tenant);
		}
	}

	/** @throws {ApiError} `not-found` where several tenants have hosts, and this is none of them. */
	of({ hostname }: Pick<FastifyRequest, 'hostname'>): Tenant {
		const found = this.#byHost.get(hostname.toLowerCase());
		if (found !== undefined) return found;
		const [only, ...more] = this.#all;
		if (only !== undefined && more.length === 0) return only;
		throw new ApiError('not-found', `Nobody is served under the name ${hostname}.`);
	}

	/** Forgets their keys. */
	async close(): Promise<void> {
		for (const { key } of this.#all) await key.close();
	}

	[Symbol.iterator](): Iterator<Tenant> {
		return this.#all[Symbol.iterator]();
	}
}

/** Opens every tenant of the configuration with its key. @throws {KeyError} */
export async function openTenants(
	config: ServiceConfig,
	database: ServiceDatabase,
	env: NodeJS.ProcessEnv,
): Promise<Tenants> {
	const tenants: Tenant[] = [];
	for (const settings of config.tenants) {
		const key = await openTenantKey(config, settings, env);
		try {
			tenants.push(await openTenant(database, settings.name, key));
		} catch (error) {
			await key.close();
			throw error;
		}
	}
	return new Tenants(config, tenants);
}
