/** A run that is killed goes on: `npm run kills` does the same more often. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KillingGround, lostAKill } from './killedRuns.ts';

const files = 60;
let ground: KillingGround;
beforeAll(async () => {
	ground = await KillingGround.make(files);
});
afterAll(() => ground[Symbol.asyncDispose]());

describe('a run that is killed', () => {
	it.each([
		['b-b', [1, 30, 9, 24]],
		['b-lta', [40, 25, 45]],
	] as const)('at %s, is taken up by the next: each file signed once, and none half-made', async (level, moments) => {
		const { kills, exitCode, signatures, names, found } = await ground.signKilled(level, level, moments);
		expect(exitCode).toBe(0);
		expect(kills).toBeGreaterThan(0);
		expect(names.toSorted()).toEqual(Array.from({ length: files }, (_, index) => `${index}-signed.pdf`).toSorted());
		// pdfsig tells a document timestamp as a signature, and calls none of them valid.
		const expected = level === 'b-b' ? { signatures: 1, valid: 1 } : { signatures: 2, valid: 1 };
		expect(found).toEqual(names.map(() => expected));
		expect(signatures).toBeLessThanOrEqual(files + kills * lostAKill);
	});
});
