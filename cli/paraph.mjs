// Plain JavaScript, so that the compile cache is on before the first TypeScript module is loaded (docs/architecture.md,
// decision 8). The cache is the user's own: one in a shared temporary folder could be filled by someone else.
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'paraph', 'code'));
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
