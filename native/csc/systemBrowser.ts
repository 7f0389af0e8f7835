import { spawn } from 'node:child_process';

/** Shows a page in the person's own browser; where none opens, nothing happens. */
export function showInBrowser(url: string): void {
	const [command, ...args] = opener(process.platform);
	const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
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
