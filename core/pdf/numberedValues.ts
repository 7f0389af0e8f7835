/** Objects are numbered densely: a page of values costs 32 KiB, and one is made only where a number falls into it. */
const PAGE = 4096;

/**
 * A number of at most 2⁵³ for each object number, at eight bytes each.
 *
 * A `Map` takes five times as much, and twice that while it grows: too much for a file of a million objects.
 */
export class NumberedValues {
	readonly #pages: (Float64Array | undefined)[] = [];
	#count = 0;

	/** Of numbers that have a value. */
	get count(): number {
		return this.#count;
	}

	get(number: number): number | undefined {
		const value = this.#pages[Math.floor(number / PAGE)]?.[number % PAGE];
		return value === undefined || Number.isNaN(value) ? undefined : value;
	}

	/** @param number from 0 to `MAXIMUM_OBJECT_NUMBER`. */
	set(number: number, value: number): void {
		const index = Math.floor(number / PAGE);
		let page = this.#pages[index];
		if (!page) {
			page = new Float64Array(PAGE).fill(Number.NaN);
			this.#pages[index] = page;
		}
		if (Number.isNaN(page[number % PAGE])) this.#count++;
		page[number % PAGE] = value;
	}

	/** Ascending. */
	*numbers(): Generator<number> {
		for (const [index, page] of this.#pages.entries()) {
			if (!page) continue;
			for (const [at, value] of page.entries()) if (!Number.isNaN(value)) yield index * PAGE + at;
		}
	}
}
