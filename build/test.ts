/**
 * `npm test [-- FILTER…]`: every unit test, then the window's end-to-end tests in Chromium where that is installed. With a
 * filter, only the unit tests it names. The last line is `N passed, N failed`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from '../main/loopback/browser.ts';
import { root, runEndToEndTests, runUnitTests, type Tally } from './tally.ts';

const filters = process.argv.slice(2);
const tallies: Tally[] = [await runUnitTests(filters)];
if (filters.length === 0) {
	if (findBrowser(process.env) === undefined) console.error('SKIPPED: the end-to-end tests, for want of Chromium');
	else if (existsSync(join(root, 'test/e2e/playwright.config.ts'))) tallies.push(await runEndToEndTests([]));
}
const sum = (of: keyof Tally): number => tallies.reduce((total, tally) => total + tally[of], 0);
if (sum('skipped') > 0) console.log(`${sum('skipped')} skipped`);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
