/** JSON in the one form that can be hashed (RFC 8785): members by UTF-16 code units, numbers as ECMAScript writes them. */
import { EvidenceError } from './evidenceError.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** How deep values may lie in each other; ours are flat, others' may be made to exhaust us. */
const maximumDepth = 64;

/** @throws {EvidenceError} `not-canonical` for what JSON cannot say: NaN, infinity, lone surrogates, nesting without end. */
export function canonicalJson(value: Json, depth = 0): string {
	if (depth > maximumDepth) throw notCanonical('values nested too deeply');
	if (value === null || typeof value === 'boolean') return String(value);
	if (typeof value === 'number') {
		if (!Number.isFinite(value)) throw notCanonical(`the number ${value}`);
		return JSON.stringify(value);
	}
	if (typeof value === 'string') return canonicalString(value);
	if (isList(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
	const members = Object.entries(value)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, member]) => `${canonicalString(name)}:${canonicalJson(member, depth + 1)}`);
	return `{${members.join(',')}}`;
}

function canonicalString(text: string): string {
	// RFC 8785 §3.2.2.2: text that is not Unicode has no canonical form.
	if (!text.isWellFormed()) throw notCanonical('a text with half a surrogate pair');
	return JSON.stringify(text);
}

const isList = (value: readonly Json[] | { readonly [name: string]: Json }): value is readonly Json[] =>
	Array.isArray(value);

const notCanonical = (what: string): EvidenceError =>
	new EvidenceError('not-canonical', `${what} cannot be part of evidence`);
