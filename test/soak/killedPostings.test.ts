import { afterAll, beforeAll, expect, it } from 'vitest';
import { KilledPostings } from './killedPostings.ts';

let postings: KilledPostings;
beforeAll(async () => {
	postings = await KilledPostings.open();
}, 60_000);
afterAll(async () => {
	await postings?.[Symbol.asyncDispose]();
}, 60_000);

it('loses and doubles nothing when the service and the applications are killed', { timeout: 300_000 }, async () => {
	for (let run = 0; run < 2; run++) {
		const { kills, wrong } = await postings.run(4);
		expect({ kills, wrong }).toEqual({ kills, wrong: [] });
	}
});
