/** DER, written (X.690): each function gives the octets of one element. */
import { context, Tag } from './der.ts';

/** Encodes one element with this tag around the parts. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
	let length = 0;
	for (const part of parts) length += part.length;
	const lengthOctets = octetsOf(length);
	const out = new Uint8Array(2 + lengthOctets + length);
	out[0] = tag;
	out[1] = lengthOctets === 0 ? length : 0x80 | lengthOctets;
	for (let at = 1 + lengthOctets, rest = length; at > 1; at--, rest = Math.floor(rest / 256)) out[at] = rest % 256;
	let position = 2 + lengthOctets;
	for (const part of parts) {
		out.set(part, position);
		position += part.length;
	}
	return out;
}

/** How many octets follow the first of a length (X.690 §8.1.3): none in the short form. */
function octetsOf(length: number): number {
	if (length < 0x80) return 0;
	let octets = 1;
	for (let room = 256; room <= length; room *= 256) octets++;
	return octets;
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => der(Tag.sequence, ...parts);

/** SET OF in DER order: ascending by encoding (X.690 §11.6). */
export function setOf(parts: readonly Uint8Array[], tag: number = Tag.set): Uint8Array {
	return der(tag, ...[...parts].sort((a, b) => Buffer.compare(a, b)));
}

/** `[n] EXPLICIT`. */
export const explicit = (n: number, ...parts: readonly Uint8Array[]): Uint8Array => der(context(n), ...parts);

/** The same element under another tag: `[n] IMPLICIT`. */
export function implicit(tag: number, element: Uint8Array): Uint8Array {
	const out = Uint8Array.from(element);
	out[0] = tag;
	return out;
}

export const nullValue = (): Uint8Array => Uint8Array.of(Tag.null, 0);
export const boolean = (value: boolean): Uint8Array => Uint8Array.of(Tag.boolean, 1, value ? 0xff : 0);
export const octetString = (bytes: Uint8Array): Uint8Array => der(Tag.octetString, bytes);
export const bitString = (bytes: Uint8Array, unused = 0): Uint8Array =>
	der(Tag.bitString, Uint8Array.of(unused), bytes);
export const utf8String = (text: string): Uint8Array => der(Tag.utf8String, Buffer.from(text, 'utf8'));

/** A non-negative or negative INTEGER; bytes are taken as an unsigned magnitude. */
export function integer(value: number | bigint | Uint8Array): Uint8Array {
	if (value instanceof Uint8Array) {
		let start = 0;
		while (start < value.length - 1 && value[start] === 0) start++;
		const magnitude = value.length === 0 ? Uint8Array.of(0) : value.subarray(start);
		return (magnitude[0] ?? 0) & 0x80 ? der(Tag.integer, Uint8Array.of(0), magnitude) : der(Tag.integer, magnitude);
	}
	let rest = BigInt(value);
	const octets: number[] = [];
	do {
		octets.unshift(Number(rest & 0xffn));
		rest >>= 8n;
	} while (!((rest === 0n && !((octets[0] ?? 0) & 0x80)) || (rest === -1n && (octets[0] ?? 0) & 0x80)));
	return der(Tag.integer, Uint8Array.from(octets));
}

/** What {@link oid} made: the few that are written are written a thousand times. */
const encodedOids = new Map<string, Uint8Array>();

/** From dotted decimal. @returns bytes that others hold, too. */
export function oid(dotted: string): Uint8Array {
	const known = encodedOids.get(dotted);
	if (known) return known;
	const encoded = encodeOid(dotted);
	if (encodedOids.size < 1000) encodedOids.set(dotted, encoded);
	return encoded;
}

function encodeOid(dotted: string): Uint8Array {
	const arcs = dotted.split('.').map((arc) => BigInt(arc));
	const [first = 0n, second = 0n, ...rest] = arcs;
	const octets: number[] = [];
	for (const arc of [first * 40n + second, ...rest]) {
		const group = [Number(arc & 0x7fn)];
		for (let left = arc >> 7n; left > 0n; left >>= 7n) group.unshift(Number(left & 0x7fn) | 0x80);
		octets.push(...group);
	}
	return der(Tag.oid, Uint8Array.from(octets));
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5, RFC 5652 §11.3); whole seconds. */
export function time(date: Date): Uint8Array {
	const year = date.getUTCFullYear();
	return year >= 1950 && year < 2050
		? der(Tag.utcTime, Buffer.from(`${zulu(date).slice(2)}`, 'latin1'))
		: generalizedTime(date);
}

/** GeneralizedTime in whole seconds. */
export const generalizedTime = (date: Date): Uint8Array => der(Tag.generalizedTime, Buffer.from(zulu(date), 'latin1'));

const zulu = (date: Date): string => `${date.toISOString().slice(0, 19).replace(/[-T:]/g, '')}Z`;
