/** The rules that facts are judged by, as data: a user may bring others with `--policy`. */
import type { Digest } from '../../ports/algorithms.ts';
import { ParaphError } from '../../ports/errors.ts';
import standard from './defaultPolicy.json' with { type: 'json' };

/** Kinds of key that have limits of their own. */
export type KeyFamily = 'rsa' | 'dsa' | 'ecdsa' | 'eddsa';

/** A key of at least so many bits is relied on until then; undefined means until further notice. */
export interface KeyLimit {
	readonly bits: number;
	readonly until: Date | undefined;
}

export interface ValidationPolicy {
	readonly name: string;
	/** Until when each digest is relied on (TS 119 312): a date, `always`; one that is not listed never is. */
	readonly digests: ReadonlyMap<Digest, Date | 'always'>;
	/** By ascending size; a smaller key than the first is never relied on. */
	readonly keys: Readonly<Record<KeyFamily, readonly KeyLimit[]>>;
	readonly revocation: {
		/** Whether a certificate without revocation data fails. */
		readonly required: boolean;
		/** How old an answer without nextUpdate may be, in hours. */
		readonly freshnessHours: number;
		/** Whether a timestamp authority's status must hold for the proved time or the present; else for the time it states. */
		readonly freshForTimestamps: boolean;
	};
	/** Whether a signature that does not name its certificate (ESSCertID) is left open; otherwise that is a warning. */
	readonly signingCertificateAttributeRequired: boolean;
}

/** A policy file does not say what a policy must. */
export class PolicyError extends ParaphError {
	readonly code = 'policy-malformed';
}

const digests: readonly Digest[] = [
	'md5',
	'sha1',
	'ripemd160',
	'sha224',
	'sha256',
	'sha384',
	'sha512',
	'sha3-256',
	'sha3-384',
	'sha3-512',
	'shake256',
];

/** Reads a policy from JSON text. @throws {PolicyError} naming the entry that is wrong. */
export function parsePolicy(text: string, subject: string): ValidationPolicy {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (cause) {
		throw malformed(subject, 'it is not JSON', cause);
	}
	return readPolicy(value, subject);
}

function readPolicy(value: unknown, subject: string): ValidationPolicy {
	const root = record(value, subject, 'the whole');
	const revocation = record(root['revocation'], subject, 'revocation');
	const digestDates = record(root['digests'], subject, 'digests');
	const keys = record(root['keys'], subject, 'keys');
	const limits = (family: KeyFamily): readonly KeyLimit[] => {
		const list = keys[family];
		if (!Array.isArray(list)) throw malformed(subject, `keys.${family} is no list`);
		return list
			.map((item) => {
				const entry = record(item, subject, `keys.${family}`);
				return {
					bits: number(entry['bits'], subject, `keys.${family}.bits`),
					until: date(entry['until'], subject, `keys.${family}.until`),
				};
			})
			.sort((a, b) => a.bits - b.bits);
	};
	return {
		name: typeof root['name'] === 'string' ? root['name'] : subject,
		digests: new Map(
			digests.flatMap((digest) =>
				digest in digestDates
					? [[digest, date(digestDates[digest], subject, `digests.${digest}`) ?? ('always' as const)]]
					: [],
			),
		),
		keys: { rsa: limits('rsa'), dsa: limits('dsa'), ecdsa: limits('ecdsa'), eddsa: limits('eddsa') },
		revocation: {
			required: boolean(revocation['required'], subject, 'revocation.required'),
			freshnessHours: number(revocation['freshnessHours'], subject, 'revocation.freshnessHours'),
			freshForTimestamps: boolean(revocation['freshForTimestamps'], subject, 'revocation.freshForTimestamps'),
		},
		signingCertificateAttributeRequired: boolean(
			root['signingCertificateAttributeRequired'],
			subject,
			'signingCertificateAttributeRequired',
		),
	};
}

function record(value: unknown, subject: string, where: string): Readonly<Record<string, unknown>> {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw malformed(subject, `${where} is no object`);
	return Object.fromEntries(Object.entries(value));
}

function number(value: unknown, subject: string, where: string): number {
	if (typeof value !== 'number' || !(value >= 0)) throw malformed(subject, `${where} is no number`);
	return value;
}

function boolean(value: unknown, subject: string, where: string): boolean {
	if (typeof value !== 'boolean') throw malformed(subject, `${where} is neither true nor false`);
	return value;
}

/** `null` stands for no end. */
function date(value: unknown, subject: string, where: string): Date | undefined {
	if (value === null) return undefined;
	const parsed = typeof value === 'string' ? new Date(value) : new Date(Number.NaN);
	if (Number.isNaN(parsed.getTime())) throw malformed(subject, `${where} is neither a date nor null`);
	return parsed;
}

const malformed = (subject: string, what: string, cause?: unknown): PolicyError =>
	new PolicyError(`the validation policy ${subject} cannot be used: ${what}`, {
		hint: 'Compare it with core/validation/policy/defaultPolicy.json.',
		subject,
		cause,
	});

/** The policy that applies where nobody brings another. */
export const defaultPolicy: ValidationPolicy = readPolicy(standard, 'default');
