/** What each save of a document left behind (ISO 32000-2, 7.5.6). */
import type { ByteSource } from './byteSource.ts';
import type { CrossReference } from './crossReference.ts';
import type { XrefSection } from './xrefSection.ts';

/** The document as one save left it: the bytes from 0 to `end`. */
export interface Revision {
	/** From 0, the oldest. */
	readonly index: number;
	/** After its `%%EOF` and the end of line that belongs to it. */
	readonly end: number;
	/** Its cross-reference sections, newest first: one, two where the file is linearized, none when it was rebuilt. */
	readonly sections: readonly XrefSection[];
}

/**
 * Finds where each save ended.
 *
 * A section belongs to a revision of its own when the file has, after it, a `startxref` that points to it; other ones (the
 * second of a linearized file) belong to the revision that needs them. This depends on what stands at the end of a
 * revision, never on the order of offsets, which an attacker chooses.
 */
export function findRevisions(source: ByteSource, crossReference: CrossReference): readonly Revision[] {
	const { sections, base } = crossReference;
	const ends = new Map<number, number>();
	for (const section of sections) {
		const end = endAfter(source, section.end);
		if (end !== undefined && !ends.has(end.startxref + base)) ends.set(end.startxref + base, end.offset);
	}
	const groups: { end: number; sections: XrefSection[] }[] = [];
	for (const section of sections) {
		const newest = groups.at(-1);
		const end = newest === undefined ? (ends.get(section.offset) ?? source.size) : ends.get(section.offset);
		if (end !== undefined && (newest === undefined || end < newest.end)) groups.push({ end, sections: [section] });
		else newest?.sections.push(section);
	}
	if (groups.length === 0) return [{ index: 0, end: source.size, sections: [] }];
	return groups.toReversed().map((group, index) => ({ index, ...group }));
}

/** Further than this no producer puts its `startxref`. */
const LOOK_AHEAD = 1024;

/** The first `startxref … %%EOF` at or after `offset`. */
function endAfter(source: ByteSource, offset: number): { startxref: number; offset: number } | undefined {
	const text = Buffer.from(source.read(offset, LOOK_AHEAD)).toString('latin1');
	const found = /startxref\s*(\d{1,15})\s*%%EOF(\r\n|\n|\r)?/.exec(text);
	if (found === null) return undefined;
	return { startxref: Number(found[1]), offset: offset + found.index + found[0].length };
}
