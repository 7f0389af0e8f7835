/**
 * `npm run fuzz [-- FILTER…]`: every property over damaged input with 100,000 cases each (or `PARAPH_FUZZ_CASES`), for the
 * night. The unit tests run the same properties with fewer. The last line is `N passed, N failed`.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runUnitTests } from './tally.ts';

const filters = process.argv.slice(2);
process.env['PARAPH_FUZZ_CASES'] ??= '100000';

const files = globSync('core/**/*.test.ts', { cwd: root })
	.filter((name) => readFileSync(join(root, name), 'utf8').includes('fuzzCases('))
	.filter((name) => filters.length === 0 || filters.some((filter) => name.includes(filter)))
	.sort();
const { passed, failed } = await runUnitTests(['--testTimeout=86400000', ...files]);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
