import type { ServiceConfig } from './config/configuration.ts';

/** How people reach the service: as configured, else where it listens, which is known once it does. */
export class PublicAddress {
	readonly #config: ServiceConfig;
	#port: number;

	constructor(config: ServiceConfig) {
		this.#config = config;
		this.#port = config.listen.port;
	}

	listening(port: number): void {
		this.#port = port;
	}

	/** Where this instance listens. */
	get local(): URL {
		const { host, tls } = this.#config.listen;
		const name = host.includes(':') ? `[${host}]` : host;
		return new URL(`${tls === undefined ? 'http' : 'https'}://${name}:${this.#port}`);
	}

	get url(): URL {
		const { publicUrl } = this.#config;
		return publicUrl === undefined ? this.local : new URL(publicUrl);
	}

	/** An address of the service. @param path from its root. */
	to(path: string): string {
		return new URL(path, this.url).href;
	}
}
