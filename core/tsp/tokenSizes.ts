/** How large the tokens of each authority have been: room is kept in a file for a token before it comes. */
export interface TokenSizes {
	/** Octets of the largest so far; undefined for an authority never met. */
	get(address: string): number | undefined;
	note(address: string, size: number): void;
}

/** Tokens with a chain of three and no CRL are below 8 KiB; this is for an authority never met before. */
export const UNKNOWN_TOKEN = 16 * 1024;
/** Tokens of one authority differ by the length of numbers and times, and after a renewal by that of its certificate. */
const SLACK = 1024;

/** Octets to keep for a token of any of these authorities, so that none is too large. */
export function roomForToken(sizes: TokenSizes, addresses: readonly string[]): number {
	const rooms = addresses.map((address) => {
		const size = sizes.get(address);
		return size === undefined ? UNKNOWN_TOKEN : size + SLACK;
	});
	return rooms.length === 0 ? UNKNOWN_TOKEN : Math.max(...rooms);
}

/** Remembers for as long as it lives; tells what is news, for longer memories. */
export class MemoryTokenSizes implements TokenSizes {
	readonly #sizes: Map<string, number>;
	readonly #onNews: ((sizes: ReadonlyMap<string, number>) => void) | undefined;

	constructor(known: Iterable<readonly [string, number]> = [], onNews?: (sizes: ReadonlyMap<string, number>) => void) {
		this.#sizes = new Map(known);
		this.#onNews = onNews;
	}

	get(address: string): number | undefined {
		return this.#sizes.get(address);
	}

	note(address: string, size: number): void {
		if (size <= (this.#sizes.get(address) ?? 0)) return;
		this.#sizes.set(address, size);
		this.#onNews?.(this.#sizes);
	}
}
