import { Worker } from 'node:worker_threads';

/** Milliseconds between two looks. */
const interval = 500;

/** Plain JavaScript: it runs at once, without a file of its own to be found and compiled. */
const watch = `
const { workerData: { parent, interval } } = require('node:worker_threads');
setInterval(() => {
	let isGone = process.ppid !== parent;
	try {
		process.kill(parent, 0);
	} catch (error) {
		isGone ||= error.code === 'ESRCH';
	}
	if (isGone) process.kill(process.pid, 'SIGKILL');
}, interval);
`;

/**
 * Ends this process when the one that started it is gone, even while a driver's call hangs: then nothing but another thread
 * can notice, and what the driver knows of a PIN would stay.
 */
export function endWithParent(): void {
	new Worker(watch, { eval: true, env: {}, workerData: { parent: process.ppid, interval } }).unref();
}
