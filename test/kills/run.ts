/**
 * `npm run kills [-- KILLS]`: signs 200 files, killed 20 times at random moments, until it was killed 200 times or as often as
 * asked. For the night.
 */
import { KillingGround, lostAKill } from './killedRuns.ts';

const FILES = 200;
const KILLS_A_RUN = 20;
const wanted = Number(process.argv[2] ?? 200);
if (!Number.isInteger(wanted) || wanted < 1) {
	console.error('usage: npm run kills [-- KILLS]');
	process.exit(2);
}

await using ground = await KillingGround.make(FILES);
let kills = 0;
let wrong = 0;
for (let round = 0; kills < wanted; round++) {
	const level = round % 2 === 0 ? 'b-b' : 'b-lta';
	const most = (level === 'b-b' ? 2 : 3) * (FILES / KILLS_A_RUN);
	const moments = Array.from({ length: KILLS_A_RUN }, () => 1 + Math.floor(Math.random() * most));
	const run = await ground.signKilled(`${round}`, level, moments);
	kills += run.kills;
	const isRight =
		run.exitCode === 0 &&
		run.names.length === FILES &&
		run.found.every(({ signatures, valid }) => valid === 1 && signatures === (level === 'b-b' ? 1 : 2)) &&
		run.signatures <= FILES + run.kills * lostAKill;
	if (!isRight) wrong++;
	const lost = run.signatures - FILES;
	console.log(
		`${isRight ? 'right' : 'WRONG'}: ${level}, ${run.kills} kills at ${moments.join(' ')}: ${run.names.length} files, ${lost} signatures lost on the way from the token`,
	);
}
console.log(`${kills} kills, ${wrong} runs that came out wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
