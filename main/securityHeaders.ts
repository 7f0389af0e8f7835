/**
 * What the browser is told with each answer of the two loopback origins, as data: what it is set to, and why.
 *
 * Electron's two `app://` hosts are told the same (main/electron/protocol.ts).
 */

/** A directive, its sources, and the reason for each that is allowed at all. */
type Policy = Readonly<Record<string, { readonly sources: readonly string[]; readonly why: string }>>;

/** The window: it shows what the host says, and draws no document itself. */
function windowPolicy(frameOrigin: string, nonce: string): Policy {
	return {
		'default-src': { sources: ["'none'"], why: 'what is not listed is not needed' },
		'script-src': { sources: ["'self'"], why: 'the bundle and the bridge; nothing inline, nothing evaluated' },
		'style-src': {
			sources: ["'self'", `'nonce-${nonce}'`],
			why: 'the bundle; React Aria puts one style element in and is given the nonce for it',
		},
		'img-src': { sources: ["'self'", 'blob:'], why: 'icons; pictures of pages that came from the frame' },
		'font-src': { sources: ["'self'"], why: 'the one family, shipped along' },
		'connect-src': { sources: ["'self'"], why: 'questions and the event stream' },
		'frame-src': { sources: [frameOrigin], why: 'the page in which pdf.js runs' },
		'base-uri': { sources: ["'none'"], why: 'no address is relative to anything else' },
		'form-action': { sources: ["'self'"], why: 'the start page posts its token' },
		'frame-ancestors': { sources: ["'none'"], why: 'nobody may put the window into a page of theirs' },
		'object-src': { sources: ["'none'"], why: 'no plug-ins' },
	};
}

/** The frame of pdf.js: it has the document and nothing else, and can send it nowhere. */
function framePolicy(windowOrigin: string): Policy {
	return {
		'default-src': { sources: ["'none'"], why: 'what is not listed is not needed' },
		'script-src': { sources: ["'self'"], why: 'pdf.js; `useWasm` is off, so no wasm-unsafe-eval' },
		'style-src': { sources: ["'self'"], why: 'the viewer’s own sheet' },
		'img-src': { sources: ["'self'", 'blob:', 'data:'], why: 'pdf.js draws some images through them' },
		'font-src': { sources: ["'self'", 'blob:', 'data:'], why: 'fonts embedded in the document' },
		'connect-src': { sources: ["'self'"], why: 'character maps, standard fonts and decoders, shipped along' },
		'worker-src': { sources: ["'self'"], why: 'pdf.js parses in a worker' },
		'base-uri': { sources: ["'none'"], why: 'no address is relative to anything else' },
		'form-action': { sources: ["'none'"], why: 'forms of a document are not sent' },
		'frame-ancestors': { sources: [windowOrigin], why: 'our window shows it, and nobody else' },
		'object-src': { sources: ["'none'"], why: 'no plug-ins' },
	};
}

/** Header, value and reason, the same for both origins. */
const common = [
	['cross-origin-opener-policy', 'same-origin', 'no page that opened us can reach the window'],
	['cross-origin-resource-policy', 'same-origin', 'no other page can load a piece of us'],
	['x-content-type-options', 'nosniff', 'a document is never taken for a script'],
	['referrer-policy', 'no-referrer', 'no address of ours is told to anybody'],
	['cache-control', 'no-store', 'documents do not stay in the browser’s cache'],
	[
		'permissions-policy',
		'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
		'none of them is needed',
	],
] as const;

export type SecurityHeaders = Readonly<Record<string, string>>;

/** @param nonce fresh for each page that is sent. */
export function windowHeaders(frameOrigin: string, nonce: string): SecurityHeaders {
	return headers(windowPolicy(frameOrigin, nonce));
}

export function frameHeaders(windowOrigin: string): SecurityHeaders {
	return headers(framePolicy(windowOrigin));
}

function headers(policy: Policy): SecurityHeaders {
	const directives = Object.entries(policy).map(([name, { sources }]) => `${name} ${sources.join(' ')}`);
	return {
		...Object.fromEntries(common.map(([name, value]) => [name, value])),
		'content-security-policy': directives.join('; '),
	};
}
