/** What holds for every answer: HTTPS, and headers that let pages do nothing that we did not write. */
import { isLoopback } from '../config/configuration.ts';
import { ApiError } from './apiError.ts';
import type { App } from './app.ts';

/** Each with its reason. */
const headers = [
	// No script at all: the service's pages have none, and nobody else's is wanted.
	[
		'content-security-policy',
		"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	],
	// A document is never taken for a page.
	['x-content-type-options', 'nosniff'],
	// Addresses name postings: nobody else learns them. With `no-referrer` browsers would hide from us, too, where a form was.
	['referrer-policy', 'same-origin'],
	// Nobody's page gets a handle on ours.
	['cross-origin-opener-policy', 'same-origin'],
	['cross-origin-resource-policy', 'same-origin'],
	// What is about people stays out of caches.
	['cache-control', 'no-store'],
] as const;

/** Two years, as browsers' preload lists want it. */
const STRICT_TRANSPORT = 'max-age=63072000; includeSubDomains';

export function protectTransport(app: App, { behindProxy }: { readonly behindProxy: boolean }): void {
	app.addHook('onRequest', async (request, reply) => {
		for (const [name, value] of headers) reply.header(name, value);
		if (request.protocol === 'https') {
			reply.header('strict-transport-security', STRICT_TRANSPORT);
			return;
		}
		// Behind a proxy plain HTTP is what the proxy was asked for, unless it is the machine's own probe.
		const direct = isLoopback(request.ip) || /^::ffff:127\./.test(request.ip);
		if (direct && (!behindProxy || request.headers['x-forwarded-for'] === undefined)) return;
		throw new ApiError('https-needed', 'Plain HTTP is refused.');
	});
}
