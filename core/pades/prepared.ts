import type { DocumentDigest, SigningAlgorithm } from '../ports/algorithms.ts';
import type { Level } from './level.ts';
import { SigningError } from './signingError.ts';

/**
 * A document with everything in place but the signature: what `prepare` gives, a key answers, and `embed` finishes.
 *
 * It can be written down and carried elsewhere; it holds no secret. The key signs `signedAttributes`.
 */
export interface Prepared {
	/** For whoever signs elsewhere, without the document; nobody vouches for it. */
	readonly document?: DocumentLabel | undefined;
	/** Of the document it was prepared from. */
	readonly size: number;
	readonly sha256: Uint8Array;
	/** What follows the document's bytes, `/ByteRange` filled in, the gap full of zeros. */
	readonly added: Uint8Array;
	/** The hexadecimal string of `/Contents` with its delimiters, counted from the beginning of `added`. */
	readonly gap: Gap;
	readonly field: string;
	readonly digest: DocumentDigest;
	readonly algorithm: SigningAlgorithm;
	/** DER of the signer's certificate and of those to be carried along. */
	readonly certificate: Uint8Array;
	readonly chain: readonly Uint8Array[];
	/** DER of the `SET OF Attribute`: the bytes to be signed. */
	readonly signedAttributes: Uint8Array;
	/** What the signature is to become. */
	readonly level: Level;
	readonly warnings: readonly string[];
}

/** What a document is called, and how long it is. */
export interface DocumentLabel {
	readonly name: string;
	readonly pages: number;
}

export interface Gap {
	readonly start: number;
	readonly end: number;
}

const format = 'paraph-prepared-1';

/** Writes it as JSON, bytes in base64. */
export function encodePrepared(prepared: Prepared): string {
	const { sha256, added, certificate, chain, signedAttributes, ...plain } = prepared;
	return `${JSON.stringify({
		format,
		...plain,
		sha256: base64(sha256),
		added: base64(added),
		certificate: base64(certificate),
		chain: chain.map(base64),
		signedAttributes: base64(signedAttributes),
	})}\n`;
}

/** @throws {SigningError} `prepared-malformed`; whether it fits a document is found by `embed`. */
export function decodePrepared(text: string, subject: string): Prepared {
	try {
		return read(JSON.parse(text));
	} catch (cause) {
		throw new SigningError('prepared-malformed', `${subject} is not a prepared document, or was altered`, {
			subject,
			cause,
		});
	}
}

function read(value: unknown): Prepared {
	const fields = record(value);
	if (fields['format'] !== format) throw new TypeError('another format');
	const gap = record(fields['gap']);
	const prepared: Prepared = {
		...(fields['document'] !== undefined && { document: label(record(fields['document'])) }),
		size: natural(fields['size']),
		sha256: bytes(fields['sha256']),
		added: bytes(fields['added']),
		gap: { start: natural(gap['start']), end: natural(gap['end']) },
		field: string(fields['field']),
		digest: oneOf(fields['digest'], ['sha256', 'sha384', 'sha512', 'shake256']),
		algorithm: algorithm(fields['algorithm']),
		certificate: bytes(fields['certificate']),
		chain: list(fields['chain']).map(bytes),
		signedAttributes: bytes(fields['signedAttributes']),
		level: oneOf(fields['level'], ['b-b', 'b-t', 'b-lt', 'b-lta']),
		warnings: list(fields['warnings']).map(string),
	};
	if (prepared.gap.start >= prepared.gap.end || prepared.gap.end > prepared.added.length) {
		throw new TypeError('a gap outside the update');
	}
	return prepared;
}

const label = (fields: Record<string, unknown>): DocumentLabel => ({
	name: string(fields['name']),
	pages: natural(fields['pages']),
});

function algorithm(value: unknown): SigningAlgorithm {
	const fields = record(value);
	const kind = oneOf(fields['kind'], ['rsa-pkcs1', 'rsa-pss', 'ecdsa', 'ed25519', 'ed448']);
	if (kind === 'ed25519' || kind === 'ed448') return { kind };
	const digest = oneOf(fields['digest'], ['sha256', 'sha384', 'sha512']);
	if (kind !== 'rsa-pss') return { kind, digest };
	return {
		kind,
		digest,
		mgfDigest: oneOf(fields['mgfDigest'], ['sha256', 'sha384', 'sha512']),
		saltLength: natural(fields['saltLength']),
	};
}

const base64 = (value: Uint8Array): string => Buffer.from(value).toString('base64');

function record(value: unknown): Record<string, unknown> {
	if (typeof value !== 'object' || value === null) throw new TypeError('an object was expected');
	return { ...value };
}

function list(value: unknown): readonly unknown[] {
	if (!Array.isArray(value)) throw new TypeError('a list was expected');
	return value;
}

function string(value: unknown): string {
	if (typeof value !== 'string') throw new TypeError('a text was expected');
	return value;
}

function bytes(value: unknown): Uint8Array {
	return Buffer.from(string(value), 'base64');
}

function natural(value: unknown): number {
	if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
		throw new TypeError('a number was expected');
	return value;
}

function oneOf<const T extends string>(value: unknown, choices: readonly T[]): T {
	const found = choices.find((choice) => choice === value);
	if (found === undefined) throw new TypeError(`one of ${choices.join(', ')} was expected`);
	return found;
}
