/** Damage to ASN.1 that keeps enough of its shape to reach deep into a parser; for property tests. */
import fc from 'fast-check';

/** Cases a property tries: `PARAPH_FUZZ_CASES`, or what a run of the unit tests has time for. */
export const fuzzCases = (otherwise = 2000): number => Number(process.env['PARAPH_FUZZ_CASES'] ?? otherwise);

type Edit = (bytes: Uint8Array) => Uint8Array;

/** Bytes made from one of the seeds by one to six edits of octets or of whole elements. */
export function mutated(seeds: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
	const edits = fc.array(edit(seeds), { minLength: 1, maxLength: 6 });
	return fc
		.tuple(fc.constantFrom(...seeds), edits)
		.map(([seed, list]) => list.reduce((bytes, change) => change(bytes), seed));
}

function edit(seeds: readonly Uint8Array[]): fc.Arbitrary<Edit> {
	const place = fc.nat();
	const octet = fc.integer({ min: 0, max: 255 });
	return fc.oneof(
		fc.tuple(place, octet).map(
			([at, value]): Edit =>
				(bytes) =>
					replaced(bytes, at, Uint8Array.of(value), 1),
		),
		fc.tuple(place, fc.uint8Array({ maxLength: 8 })).map(
			([at, insert]): Edit =>
				(bytes) =>
					replaced(bytes, at, insert, 0),
		),
		fc.tuple(place, fc.nat({ max: 64 })).map(
			([at, count]): Edit =>
				(bytes) =>
					replaced(bytes, at, new Uint8Array(), count),
		),
		place.map(
			(at): Edit =>
				(bytes) =>
					bytes.subarray(0, bytes.length === 0 ? 0 : at % bytes.length),
		),
		// Whole elements: another tag, taken away, said twice, or one of another seed in its place; lengths follow.
		fc.tuple(place, octet).map(
			([at, tag]): Edit =>
				(bytes) =>
					onElement(bytes, at, (part) => withTag(part, tag)),
		),
		place.map(
			(at): Edit =>
				(bytes) =>
					onElement(bytes, at, () => new Uint8Array()),
		),
		place.map(
			(at): Edit =>
				(bytes) =>
					onElement(bytes, at, (part) => Buffer.concat([part, part])),
		),
		fc.tuple(place, place, fc.constantFrom(...seeds)).map(
			([at, from, seed]): Edit =>
				(bytes) =>
					onElement(bytes, at, () => elementAt(seed, from)),
		),
		fc.tuple(place, fc.constantFrom(...extremes)).map(
			([at, value]): Edit =>
				(bytes) =>
					onElement(bytes, at, () => value),
		),
	);
}

/** Values that tempt arithmetic, recursion and dates. */
const extremes: readonly Uint8Array[] = [
	Uint8Array.of(0x02, 0x00),
	Uint8Array.of(0x02, 0x08, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
	Uint8Array.of(0x02, 0x01, 0x80),
	Uint8Array.of(0x03, 0x00),
	Uint8Array.of(0x03, 0x02, 0x08, 0xff),
	Uint8Array.of(0x06, 0x01, 0x80),
	Uint8Array.of(0x05, 0x00),
	Uint8Array.of(0x30, 0x00),
	Uint8Array.of(0x30, 0x80, 0x00, 0x00),
	Uint8Array.of(0x17, 0x00),
	Buffer.concat([Uint8Array.of(0x18, 0x0f), Buffer.from('00000000000000Z')]),
	Buffer.concat([Uint8Array.of(0x18, 0x0f), Buffer.from('99991231235959Z')]),
	Buffer.from('30'.repeat(200).replace(/30/g, '3080'), 'hex'),
];

function replaced(bytes: Uint8Array, at: number, insert: Uint8Array, count: number): Uint8Array {
	const start = bytes.length === 0 ? 0 : at % bytes.length;
	return Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + count)]);
}

interface Span {
	readonly start: number;
	readonly contentStart: number;
	readonly end: number;
}

/** The n-th element (counted round) is replaced, and the lengths of those around it follow. */
function onElement(bytes: Uint8Array, n: number, change: (part: Uint8Array) => Uint8Array): Uint8Array {
	const spans = spansOf(bytes, 0, bytes.length);
	const target = spans[spans.length === 0 ? 0 : n % spans.length];
	if (target === undefined) return bytes;
	const around = spans.filter((span) => span.contentStart <= target.start && target.end <= span.end && span !== target);
	let content = change(bytes.subarray(target.start, target.end));
	let inner: Span = target;
	for (const outer of around.sort((a, b) => b.start - a.start)) {
		content = Buffer.concat([
			bytes.subarray(outer.contentStart, inner.start),
			content,
			bytes.subarray(inner.end, outer.end),
		]);
		content = Buffer.concat([Uint8Array.of(bytes[outer.start] ?? 0), encodeLength(content.length), content]);
		inner = outer;
	}
	return Buffer.concat([bytes.subarray(0, inner.start), content, bytes.subarray(inner.end)]);
}

function elementAt(bytes: Uint8Array, n: number): Uint8Array {
	const spans = spansOf(bytes, 0, bytes.length);
	const span = spans[spans.length === 0 ? 0 : n % spans.length];
	return span === undefined ? bytes : bytes.subarray(span.start, span.end);
}

/** Every element, those inside OCTET STRINGs that hold DER included, as far as the bytes make sense. */
function spansOf(bytes: Uint8Array, from: number, to: number): Span[] {
	const spans: Span[] = [];
	let position = from;
	while (position + 2 <= to) {
		const form = bytes[position + 1] ?? 0;
		const count = form > 0x80 ? form & 0x7f : 0;
		let length = form < 0x80 ? form : 0;
		for (let i = 0; i < count; i++) length = length * 256 + (bytes[position + 2 + i] ?? 0);
		const contentStart = position + 2 + count;
		const end = contentStart + length;
		if (count > 4 || end > to) break;
		spans.push({ start: position, contentStart, end });
		const tag = bytes[position] ?? 0;
		if ((tag & 0x20) !== 0 || tag === 0x04) spans.push(...spansOf(bytes, contentStart, end));
		position = end;
	}
	return spans;
}

const withTag = (part: Uint8Array, tag: number): Uint8Array => Buffer.concat([Uint8Array.of(tag), part.subarray(1)]);

function encodeLength(length: number): Uint8Array {
	if (length < 0x80) return Uint8Array.of(length);
	const octets: number[] = [];
	for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
	return Uint8Array.of(0x80 | octets.length, ...octets);
}
