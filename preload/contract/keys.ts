/** Keys that are in no token: in files, and at signing services. */

import { z } from 'zod';
import { type KeptKeyId, opaque } from './identifiers.ts';
import type { Identity } from './signing.ts';

export interface KeptKey {
	readonly id: KeptKeyId;
	readonly kind: 'file' | 'service';
	/** Name of the file, or what the service calls itself. */
	readonly name: string;
	/** Of a service. */
	readonly address: string | null;
	readonly identities: readonly Identity[];
}

/** Octets of a key file; one holds some thousand. */
export const LARGEST_KEY_FILE = 1 << 20;

export const addKeyFile = z.strictObject({
	name: z.string().min(1).max(200),
	/** Base64 of the whole file. */
	content: z.base64().max(Math.ceil(LARGEST_KEY_FILE / 3) * 4),
	/** Held no longer than the call. */
	password: z.string().max(1024),
});

export const addService = z.strictObject({
	/** `https://service.example/csc/v2`, with or without `#credentialID`. */
	address: z.string().trim().min(1).max(2000),
	/** Where the service has people log in by name; held no longer than the call. */
	login: z.strictObject({ user: z.string().min(1).max(256), password: z.string().max(1024) }).optional(),
	/** As which application the service knows Paraph, where it sends people to the browser. */
	clientId: z.string().trim().min(1).max(256).optional(),
});

/** A signing service wants a one-time code, and nothing goes on until there is an answer. */
export interface CodeQuestion {
	readonly question: string;
	readonly service: string;
	/** What the service calls the code. */
	readonly label: string;
	/** What the service asks for it, where it asks anything. */
	readonly challenge: string | null;
	/** How many signatures it stands for. */
	readonly signatures: number;
}

/** @see CodeQuestion; null where the person does not want to. */
export const answerCode = z.strictObject({ question: opaque, code: z.string().min(1).max(256).nullable() });

/** A page of the service is open in the person's browser and waited for. */
export interface BrowserWait {
	readonly service: string;
	readonly address: string;
	/** Stands on the service's own page too, where that says for which program the answer is. */
	readonly code: string | null;
}
