import { utilityProcess } from 'electron';
import type { ProcessLauncher } from '../../native/modules/processLauncher.ts';

/**
 * Starts a driver's process as one of Electron's utility processes.
 *
 * @param script path of the built `native/modules/moduleProcess.ts`.
 */
export function utilityLauncher(script: string): ProcessLauncher {
	return (environment) => {
		const child = utilityProcess.fork(script, [], {
			env: { ...environment },
			serviceName: 'Paraph token',
			// What a driver prints may hold anything: nobody reads it.
			stdio: 'ignore',
		});
		return {
			post: (message) => child.postMessage(message),
			onMessage: (listener) => child.on('message', listener),
			onExit: (listener) => child.once('exit', (code) => listener(code, null)),
			kill: () => child.kill(),
		};
	};
}
