/**
 * `npm run soak [-- RUNS [large]]`: that many postings, 200 unless told, while service and applications are killed at random;
 * on SQLite and files, or on PostgreSQL and a bucket.
 */
import { largeStores } from '../kit/largeStores.ts';
import { KilledPostings } from './killedPostings.ts';

const [, , runs = '200', stores = 'small'] = process.argv;
const wanted = Number(runs);
if (!Number.isInteger(wanted) || wanted < 1 || !['small', 'large'].includes(stores)) {
	console.error('usage: npm run soak [-- RUNS [large]]');
	process.exit(2);
}

await using ends = new AsyncDisposableStack();
const postings = ends.use(await KilledPostings.open(stores === 'large' ? await largeStores(ends) : {}));
let kills = 0;
let bad = 0;
for (let run = 1; run <= wanted; run++) {
	const outcome = await postings.run(1 + Math.floor(Math.random() * 6));
	kills += outcome.kills.length;
	if (outcome.wrong.length > 0) bad++;
	const verdict = outcome.wrong.length === 0 ? 'right' : `WRONG: ${outcome.wrong.join('; ')}`;
	console.log(`${run}: killed ${outcome.kills.join(', ') || 'nobody'}: ${verdict}`);
}
console.log(
	`${wanted} postings, ${kills} kills, ${bad} that came out wrong; ${postings.letters} letters, ${postings.copies} sent a second time`,
);
process.exitCode = bad === 0 ? 0 : 1;
