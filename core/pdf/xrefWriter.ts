/** Cross-reference sections, written (ISO 32000-2, 7.5.4 and 7.5.8). */
import { compressed } from './compressedStream.ts';
import { PdfArray, type PdfDict, PdfName } from './objects.ts';
import type { ByteWriter } from './objectWriter.ts';
import type { XrefEntry } from './xrefSection.ts';

export type WrittenEntry = XrefEntry & { readonly number: number };

/** A table, its trailer after it. @param entries in any order, each number once, none of them compressed. */
export function writeXrefTable(writer: ByteWriter, entries: readonly WrittenEntry[], trailer: PdfDict): void {
	writer.text('xref\n');
	for (const run of runsOf(entries)) {
		writer.text(`${run[0]?.number ?? 0} ${run.length}\n`);
		for (const entry of run) {
			if (entry.kind === 'compressed') throw new TypeError('a table has no room for objects in streams');
			const offset = entry.kind === 'free' ? 0 : entry.offset;
			const generation = String(entry.generation).padStart(5, '0');
			writer.text(`${String(offset).padStart(10, '0')} ${generation} ${entry.kind === 'free' ? 'f' : 'n'}\r\n`);
		}
	}
	writer.text('trailer\n').object(trailer).text('\n');
}

/** A stream with the number `own`, whose dictionary is the trailer. It is never encrypted (7.5.8.2). */
export function writeXrefStream(
	writer: ByteWriter,
	own: number,
	entries: readonly WrittenEntry[],
	trailer: PdfDict,
): void {
	const sorted = runsOf(entries);
	const rows = sorted.flat().map(rowOf);
	const secondWidth = widthOf(rows.reduce((highest, [, second]) => Math.max(highest, second), 0));
	const thirdWidth = widthOf(rows.reduce((highest, [, , third]) => Math.max(highest, third), 0));
	const data = new Uint8Array(rows.length * (1 + secondWidth + thirdWidth));
	let at = 0;
	for (const [type, second, third] of rows) {
		data[at++] = type;
		at = writeBigEndian(data, at, second, secondWidth);
		at = writeBigEndian(data, at, third, thirdWidth);
	}
	const stream = compressed(
		trailer.with({
			Type: new PdfName('XRef'),
			W: new PdfArray([1, secondWidth, thirdWidth]),
			Index: new PdfArray(sorted.flatMap((run) => [run[0]?.number ?? 0, run.length])),
		}),
		data,
	);
	const bytes = stream.data instanceof Uint8Array ? stream.data : data;
	writer.text(`${own} 0 obj\n`).object(stream.dict.with({ Length: bytes.length }));
	writer.text('\nstream\n').raw(bytes).text('\nendstream\nendobj\n');
}

function rowOf(entry: WrittenEntry): [type: number, second: number, third: number] {
	switch (entry.kind) {
		case 'free':
			return [0, 0, entry.generation];
		case 'offset':
			return [1, entry.offset, entry.generation];
		case 'compressed':
			return [2, entry.container, entry.index];
	}
}

/** Entries by number, split where numbers are left out. */
function runsOf(entries: readonly WrittenEntry[]): WrittenEntry[][] {
	const runs: WrittenEntry[][] = [];
	for (const entry of entries.toSorted((a, b) => a.number - b.number)) {
		const run = runs.at(-1);
		if (run !== undefined && run.at(-1)?.number === entry.number - 1) run.push(entry);
		else runs.push([entry]);
	}
	return runs;
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
