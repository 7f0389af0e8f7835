import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Programs by others that judge files, below the folder that `PARAPH_ORACLES_DIR` names. */
const commands = { pyHanko: 'pyhanko/pyhanko', 'EU DSS': 'dss/dss' } as const;
const MOST_FILES = 21;

/** Milliseconds a file of each of them that is there, without the network and without their start. */
export function timesOfOthers(files: readonly string[], anchor: string): ReadonlyMap<string, number> {
	const folder = process.env['PARAPH_ORACLES_DIR'] ?? '';
	const times = new Map<string, number>();
	for (const [name, path] of Object.entries(commands)) {
		const command = join(folder, path);
		if (folder === '' || !existsSync(command)) continue;
		const some = files.slice(0, MOST_FILES);
		const judge = (those: readonly string[]): number => {
			const started = performance.now();
			// What they say is for `npm run interop`: nothing here depends on it.
			spawnSync(command, ['--offline', '--trust', anchor, ...those], { stdio: 'ignore' });
			return performance.now() - started;
		};
		judge(some.slice(0, 1));
		const one = judge(some.slice(0, 1));
		times.set(name, (judge(some) - one) / (some.length - 1));
	}
	return times;
}
