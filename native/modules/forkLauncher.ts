import { fork } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { ProcessLauncher } from './processLauncher.ts';

/** Starts the module's process as a plain child of this one, with a channel of its own beside the standard streams. */
export const forkLauncher: ProcessLauncher = (environment) => {
	const cache = getCompileCacheDir();
	const child = fork(fileURLToPath(new URL('./moduleProcess.ts', import.meta.url)), [], {
		env: cache === undefined ? { ...environment } : { ...environment, NODE_COMPILE_CACHE: cache },
		execArgv: ['--disable-warning=ExperimentalWarning'],
		serialization: 'advanced',
		// What a driver prints, on either stream, may hold anything: nobody reads it.
		stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
	});
	return {
		post: (message) => {
			if (child.connected) child.send(message, () => {});
		},
		onMessage: (listener) => child.on('message', listener),
		onExit: (listener) => {
			let told = false;
			const tell = (code: number | null, signal: string | null): void => {
				if (!told) listener(code, signal);
				told = true;
			};
			child.once('exit', tell);
			child.once('error', () => tell(null, null));
		},
		kill: () => {
			child.kill('SIGKILL');
		},
	};
};
