import type { Concern } from '../../../preload/contract.ts';
import type { DrawingFault } from '../../frame/fromFrame.ts';

/** One thing that was not drawn, or can change what is seen, and the pages it was found on (none: the whole file). */
export interface ConcernLine {
	readonly code: Concern['code'] | `not-drawn-${Exclude<DrawingFault, 'font'>}`;
	readonly pages: readonly number[];
}

/** What the frame found while it drew, page by page. */
export type Faults = ReadonlyMap<DrawingFault, readonly number[]>;
export const noFaults: Faults = new Map();

export function withFault(known: Faults, fault: { readonly what: DrawingFault; readonly page: number }): Faults {
	const pages = known.get(fault.what) ?? [];
	if (pages.includes(fault.page)) return known;
	return new Map(known).set(
		fault.what,
		[...pages, fault.page].sort((one, other) => one - other),
	);
}

/** The host's findings and the frame's as one list, the gravest first: what is missing on the screen. */
export function concernsOf(concerns: readonly Concern[], faults: Faults): ConcernLine[] {
	const lines = new Map<ConcernLine['code'], Set<number>>();
	const add = (code: ConcernLine['code'], pages: readonly number[]) => {
		const known = lines.get(code) ?? new Set();
		for (const page of pages) known.add(page);
		lines.set(code, known);
	};
	for (const [what, pages] of faults) add(what === 'font' ? 'fonts-not-embedded' : `not-drawn-${what}`, pages);
	for (const { code, page } of concerns) add(code, page === null ? [] : [page]);
	return [...lines]
		.map(([code, pages]) => ({ code, pages: [...pages].sort((one, other) => one - other) }))
		.sort((one, other) => Number(other.code.startsWith('not-drawn')) - Number(one.code.startsWith('not-drawn')));
}
