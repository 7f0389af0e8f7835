import { readFileSync } from 'node:fs';
import { Server } from 'node:tls';
import { below, type ServiceConfig } from '../config/configuration.ts';
import type { Logger } from '../logging.ts';
import type { App } from './app.ts';

/** Certificate and key as the configuration names them; undefined where a proxy ends TLS, or nobody does. */
export function readTls(config: ServiceConfig): { readonly cert: Buffer; readonly key: Buffer } | undefined {
	const { tls } = config.listen;
	return tls && { cert: readFileSync(below(config, tls.certificate)), key: readFileSync(below(config, tls.key)) };
}

/** Takes a renewed certificate on SIGHUP, without dropping a connection. @returns what ends that. */
export function renewTls({ server }: App, config: ServiceConfig, logger: Logger): () => void {
	if (config.listen.tls === undefined) return () => {};
	const renew = (): void => {
		try {
			const renewed = readTls(config);
			if (renewed !== undefined && server instanceof Server) server.setSecureContext(renewed);
			logger.info('the certificate was read again');
		} catch (err) {
			logger.error({ err }, 'the certificate cannot be read: the old one stays');
		}
	};
	process.on('SIGHUP', renew);
	return () => process.off('SIGHUP', renew);
}
