import { spawn } from 'node:child_process';
import type { Io } from './command.ts';

/** Shows a page in the person's browser, and its address on the terminal in case none opens. */
export async function openBrowser(url: string, io: Io): Promise<void> {
	io.stderr.write(`Authorise in your browser: ${url}\n`);
	const [command, ...args] = opener(process.platform);
	const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
	// Without a browser the address on the terminal is what there is.
	child.on('error', () => {});
	child.unref();
}

/** No shell is in between: the address comes from a service. */
function opener(platform: NodeJS.Platform): readonly [string, ...string[]] {
	switch (platform) {
		case 'win32':
			return ['rundll32', 'url.dll,FileProtocolHandler'];
		case 'darwin':
			return ['open'];
		default:
			return ['xdg-open'];
	}
}
