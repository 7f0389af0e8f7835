/** What an earlier run with the same journal did, and what is left to do. */
import { dirname, resolve } from 'node:path';
import { type Level, reaches } from '../pades/level.ts';
import type { StampedFile } from './completeBatch.ts';
import type { ExtendItem } from './extendBatch.ts';
import type { Journal } from './journal.ts';
import { sweep } from './reconcile.ts';
import type { BatchItem } from './signBatch.ts';

export interface TakenUp<Item extends BatchItem> {
	/** Signed at the level asked for, and still there. */
	readonly finished: readonly { readonly item: Item; readonly level: Level; readonly field: string }[];
	/** Signed and stamped, to be completed and to appear. */
	readonly stamped: readonly StampedFile<Item>[];
	/** Written at a lower level than is asked for: to be extended where they are. */
	readonly incomplete: readonly (ExtendItem & { readonly item: Item })[];
	readonly left: readonly Item[];
}

/** Sorts the files by what became of them, and removes what broken runs left lying beside their outputs. */
export function takeUp<Item extends BatchItem>(items: readonly Item[], journal: Journal | undefined): TakenUp<Item> {
	const finished: { item: Item; level: Level; field: string }[] = [];
	const stamped: StampedFile<Item>[] = [];
	const incomplete: (ExtendItem & { item: Item })[] = [];
	const left: Item[] = [];
	for (const item of items) {
		const entry = journal?.finished(item.file, item.out);
		if (!entry) {
			left.push(item);
			continue;
		}
		const { part, inputSha256, outputSha256: partSha256, level, field, stampedAt } = entry;
		// Signed for less than is asked for now, it is extended like one that came to less than was asked for then.
		if (entry.state === 'signed' && reaches(level, item.level)) finished.push({ item, level, field });
		else if (entry.state === 'stamped')
			stamped.push({ item, part, inputSha256, partSha256, field, warnings: [], stampedAt });
		else incomplete.push(extension(item, inputSha256));
	}
	if (journal) {
		const folders = new Set(items.map(({ out }) => dirname(resolve(out))));
		sweep(folders, journal.abandonedMarks, new Set(stamped.map(({ part }) => part)));
	}
	return { finished, stamped, incomplete, left };
}

function extension<Item extends BatchItem>(item: Item, inputSha256: string): ExtendItem & { readonly item: Item } {
	const { file, out, password, detached } = item;
	const content = detached ? file : undefined;
	return { item, file: out, out, overwrite: 'in-place', password, content, origin: { file, inputSha256 } };
}
