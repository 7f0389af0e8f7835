import { writeFileSync } from 'node:fs';

/**
 * Keeps this process's memory out of what the system writes down when a process crashes: it may hold a PIN. Linux asks
 * each process which parts of its memory may go into a dump (core(5)), and those it starts inherit the answer.
 */
export function keepOutOfCoreDumps(): void {
	if (process.platform !== 'linux') return;
	try {
		writeFileSync('/proc/self/coredump_filter', '0');
	} catch {
		// A container may mount /proc read-only: the limits of the system hold.
	}
}
