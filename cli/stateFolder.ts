import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what one run leaves for the next is kept: `XDG_STATE_HOME`. */
export const stateFolder = (env: NodeJS.ProcessEnv): string =>
	join(env['XDG_STATE_HOME'] || join(env['HOME'] ?? homedir(), '.local', 'state'), 'paraph');
