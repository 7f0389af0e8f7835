/**
 * Memory for files of ordinary size, used again: a fresh 137 kB for each of a thousand files costs more than reading them,
 * since the system hands it out page by page.
 */

/** In bytes: steps in which buffers grow, so that one fits many files. */
const STEP = 256 * 1024;
/** As many as a batch has lanes. */
const MOST = 16;

const free: Uint8Array[] = [];

/** A buffer of at least this size, with whatever it held before. */
export function takeBuffer(size: number): Uint8Array {
	const index = free.findIndex((buffer) => buffer.length >= size);
	if (index >= 0) return free.splice(index, 1)[0] ?? new Uint8Array(size);
	return new Uint8Array(Math.ceil(Math.max(size, 1) / STEP) * STEP);
}

/** Gives it back: nothing may look at it any more. */
export function giveBuffer(buffer: Uint8Array): void {
	free.push(buffer);
	free.sort((a, b) => a.length - b.length);
	// The largest go first: they are seldom needed again.
	if (free.length > MOST) free.pop();
}
