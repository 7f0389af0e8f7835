import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { protocol, type Session } from 'electron';
import { builtFiles, withNonce } from '../builtFiles.ts';
import { frameHeaders, type SecurityHeaders, windowHeaders } from '../securityHeaders.ts';
import { frameOrigin, originOf, scheme, windowOrigin } from './origins.ts';

/** Before `ready`: our scheme has origins, and counts as secure. */
export function registerScheme(): void {
	protocol.registerSchemesAsPrivileged([
		{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
	]);
}

/**
 * Serves the built pages under `app://window` and `app://frame`, with the headers that the loopback host sends too.
 *
 * @param built the folder that holds `window` and `frame`.
 */
export function servePages(session: Session, built: string): void {
	const pages = new Map([
		[windowOrigin, builtFiles(join(built, 'window'))],
		[frameOrigin, builtFiles(join(built, 'frame'))],
	]);
	session.protocol.handle(scheme, (request) => {
		const origin = originOf(request.url) ?? '';
		const read = pages.get(origin)?.get(new URL(request.url).pathname);
		if (!read || request.method !== 'GET') return new Response('not-found', { status: 404 });
		const { type, bytes } = read();
		const nonce = randomBytes(16).toString('base64');
		const body = type.startsWith('text/html') ? withNonce(bytes, nonce) : bytes;
		return new Response(body, { headers: { ...headersOf(origin, nonce), 'content-type': type } });
	});
}

function headersOf(origin: string, nonce: string): SecurityHeaders {
	return origin === windowOrigin ? windowHeaders(frameOrigin, nonce) : frameHeaders(windowOrigin);
}
