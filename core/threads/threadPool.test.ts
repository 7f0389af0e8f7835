import { afterEach, describe, expect, it } from 'vitest';
import { type GivenUp, ThreadPool } from './threadPool.ts';

/** Says back what it is told, or does what it is told to. */
const script = `
	import { parentPort } from 'node:worker_threads';
	const doing = {
		break() { throw new Error('broken'); },
		hang() { for (;;); },
		swell() { const kept = []; for (;;) kept.push(new Array(100_000).fill(Math.random())); },
	};
	parentPort.on('message', (question) => {
		doing[question]?.();
		parentPort.postMessage({ kind: 'answer', question });
	});
	parentPort.postMessage({ kind: 'ready' });
`;

class GaveUp extends Error {
	readonly why: GivenUp;

	constructor(why: GivenUp, cause?: unknown) {
		super(why, { cause });
		this.why = why;
	}
}

let pool: ThreadPool<string, { readonly kind: 'answer'; readonly question: string }>;
const start = (threads: number): void => {
	const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
	pool = new ThreadPool({ script: url, memory: 40, threads });
};
const ask = (question: string, time = 60_000) =>
	pool.ask(question, { time, givenUp: (why, cause) => new GaveUp(why, cause) });
const told = (question: string) => ({ kind: 'answer', question });

afterEach(() => pool.close());

describe('a pool of threads', () => {
	it('answers each question, whatever their number', async () => {
		start(2);
		const questions = Array.from({ length: 12 }, (_none, index) => `question ${index}`);
		expect(await Promise.all(questions.map((question) => ask(question)))).toEqual(questions.map(told));
	});

	it.each([
		['breaks', 'break', 60_000, 'failed'],
		['takes too long', 'hang', 200, 'too-long'],
		['takes too much memory', 'swell', 60_000, 'too-large'],
	] as const)(
		'gives up what %s, and asks a thread that is on its way out nothing more',
		async (_, question, time, why) => {
			start(1);
			await ask('anything');
			let next: Promise<unknown> | undefined;
			const givenUp = (reason: GivenUp, cause?: unknown) => {
				// Asked before the thread's end is known.
				next = ask('next');
				return new GaveUp(reason, cause);
			};
			await expect(pool.ask(question, { time, givenUp })).rejects.toMatchObject({ why });
			expect(await next).toEqual(told('next'));
		},
	);

	it('refuses what it is at, what waits and what comes when it is closed', async () => {
		start(1);
		const all = [ask('hang'), ask('waiting')];
		const settled = Promise.allSettled(all);
		await pool.close();
		for (const one of await settled) expect(one).toMatchObject({ status: 'rejected', reason: { why: 'failed' } });
		await expect(ask('late')).rejects.toMatchObject({ why: 'failed' });
	});
});
