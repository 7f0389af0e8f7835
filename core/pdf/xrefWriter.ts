/** Cross-reference sections, written (ISO 32000-2, 7.5.4 and 7.5.8). */
import { compress } from './compressedStream.ts';
import { PdfArray, type PdfDict, PdfName } from './objects.ts';
import type { ByteWriter } from './objectWriter.ts';
import type { XrefEntry } from './xrefSection.ts';

/** What a section is to say: asked for entry by entry, so that a million of them take no room. */
export interface WrittenEntries {
	/** Ascending, each once. */
	readonly numbers: ArrayLike<number>;
	entry(number: number): XrefEntry;
}

/** A table and its trailer. Offsets have ten digits, and no object is in a stream: see `fitsTable`. */
export function writeXrefTable(writer: ByteWriter, entries: WrittenEntries, trailer: PdfDict): void {
	writer.text('xref\n');
	for (const [first, count] of runsOf(entries.numbers)) {
		writer.text(`${first} ${count}\n`);
		for (let number = first; number < first + count; number++) {
			const entry = entries.entry(number);
			if (!fitsTable(entry)) throw new TypeError('a table cannot say where this object is');
			const offset = entry.kind === 'offset' ? entry.offset : 0;
			const generation = String(entry.generation).padStart(5, '0');
			writer.text(`${String(offset).padStart(10, '0')} ${generation} ${entry.kind === 'free' ? 'f' : 'n'}\r\n`);
		}
	}
	writer.text('trailer\n').object(trailer).text('\n');
}

const LARGEST_TABLE_OFFSET = 9_999_999_999;

/** Whether a table has a spelling for an entry. */
export function fitsTable(entry: XrefEntry): entry is Exclude<XrefEntry, { kind: 'compressed' }> {
	return entry.kind === 'free' || (entry.kind === 'offset' && entry.offset <= LARGEST_TABLE_OFFSET);
}

/** A stream with the number `own`, whose dictionary is the trailer. It is never encrypted (7.5.8.2). */
export function writeXrefStream(writer: ByteWriter, own: number, entries: WrittenEntries, trailer: PdfDict): void {
	const { numbers } = entries;
	let [highestSecond, highestThird] = [0, 0];
	for (let index = 0; index < numbers.length; index++) {
		const [, second, third] = rowOf(entries.entry(numbers[index] ?? 0));
		highestSecond = Math.max(highestSecond, second);
		highestThird = Math.max(highestThird, third);
	}
	const [secondWidth, thirdWidth] = [widthOf(highestSecond), widthOf(highestThird)];
	const data = new Uint8Array(numbers.length * (1 + secondWidth + thirdWidth));
	for (let index = 0, at = 0; index < numbers.length; index++) {
		const [type, second, third] = rowOf(entries.entry(numbers[index] ?? 0));
		data[at++] = type;
		at = writeBigEndian(data, at, second, secondWidth);
		at = writeBigEndian(data, at, third, thirdWidth);
	}
	const { dict, data: encoded } = compress(
		trailer.with({
			Type: new PdfName('XRef'),
			W: new PdfArray([1, secondWidth, thirdWidth]),
			Index: new PdfArray([...runsOf(numbers)].flat()),
		}),
		data,
	);
	writer.text(`${own} 0 obj\n`).object(dict.with({ Length: encoded.length }));
	writer.text('\nstream\n').raw(encoded).text('\nendstream\nendobj\n');
}

function rowOf(entry: XrefEntry): [type: number, second: number, third: number] {
	switch (entry.kind) {
		case 'free':
			return [0, 0, entry.generation];
		case 'offset':
			return [1, entry.offset, entry.generation];
		case 'compressed':
			return [2, entry.container, entry.index];
	}
}

/** First number and length of each run of numbers without a gap. */
function* runsOf(numbers: ArrayLike<number>): Generator<[first: number, count: number]> {
	for (let start = 0; start < numbers.length; ) {
		const first = numbers[start] ?? 0;
		let count = 1;
		while (numbers[start + count] === first + count) count++;
		yield [first, count];
		start += count;
	}
}

function widthOf(highest: number): number {
	let width = 1;
	for (let room = 256; room <= highest; room *= 256) width++;
	return width;
}

function writeBigEndian(bytes: Uint8Array, at: number, value: number, width: number): number {
	let rest = value;
	for (let index = at + width - 1; index >= at; index--) {
		bytes[index] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	return at + width;
}
