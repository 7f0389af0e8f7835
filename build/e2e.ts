/** `npm run e2e [-- FILTER…]`: the end-to-end tests alone; they write the pictures in docs/pictures. */
import { runEndToEndTests } from './tally.ts';

const { passed, failed } = await runEndToEndTests(process.argv.slice(2));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
