import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { openWindow, type ShownWindow } from './browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'paraph-browser-'));
const page = join(folder, 'start.html');
afterAll(() => rmSync(folder, { recursive: true }));

/** A browser that does what this shell script says. */
function browser(script: string): ShownWindow {
	const path = join(folder, `browser-${Math.random().toString(36).slice(2)}`);
	writeFileSync(path, `#!/bin/sh\n${script}\n`);
	chmodSync(path, 0o700);
	return openWindow(path, page, folder);
}

describe('the browser’s window', () => {
	it('has been closed when the browser ends well', async () => {
		expect(await browser('exit 0').ended).toBe('closed');
	});

	it('failed when the browser says so, or is none', async () => {
		expect(await browser('exit 7').ended).toBe('failed');
		expect(await openWindow(join(folder, 'nothing'), page, folder).ended).toBe('failed');
	});

	it('is closed with every process behind it, even those that do not listen', async () => {
		const alive = join(folder, 'alive');
		const stubborn = `trap '' TERM; while :; do date +%N > ${alive}; sleep 0.1; done`;
		const window = browser(`(${stubborn}) & ${stubborn}`);
		await wait(300);
		await window.close();
		expect(await window.ended).toBe('closed');
		rmSync(alive, { force: true });
		await wait(400);
		expect(() => rmSync(alive)).toThrow();
	});
});
