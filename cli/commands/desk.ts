import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDesk } from '../../main/desk.ts';
import { findBrowser, hasDisplay, openWindow } from '../../main/loopback/browser.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { Output } from '../output.ts';

export const help = `Usage: paraph desk [OPTIONS] [FILE…]

Opens the window, with these files in it, in the system's Chromium. Where there is no display the address to bring to
a browser is printed instead; it works once and for a minute.

  --no-browser    print the address also where there is a display, and stay until interrupted
  --config FILE   use this configuration
  --json          print {"address"} as JSON
  --help          this text

Exit codes: 0 the window was closed · 1 it could not be opened · 2 usage · 130 interrupted
`;

const table = { ...commonOptions, 'no-browser': 'flag' } as const;
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The window through the loopback host: lives as long as the browser's window, or until interrupted. */
export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, table);
	const output = new Output(io, options.json);
	await build(output);
	const desk = await startDesk({
		built: join(root, 'dist'),
		files: files.map((file) => resolve(file)),
		config: options.config,
		env: io.env,
	});
	for (const { subject, message, hint } of desk.failures) output.hint(`${subject}: ${message} ${hint}`);
	try {
		const browser = options['no-browser'] || !hasDisplay(io.env) ? undefined : findBrowser(io.env);
		if (browser) {
			const window = openWindow(browser, desk.startPage(), desk.profileFolder);
			const ended = new Promise<void>((done) => window.on('exit', () => done()).on('error', () => done()));
			await Promise.race([ended, interrupted(io.signal)]);
			window.kill();
			await ended;
			return io.signal.aborted ? ExitCode.cancelled : ExitCode.ok;
		}
		const address = desk.oneTimeAddress();
		output.result({ address }, `Open this address in a browser within a minute; it works once:\n${address}`);
		// Nobody could bring the address anywhere, or end us: a script that only wanted to know that all is well.
		if (!options['no-browser'] && !io.stdout.isTTY) return ExitCode.ok;
		await interrupted(io.signal);
		return ExitCode.cancelled;
	} finally {
		await desk.close();
	}
}

/** In a clone the window is built when a source is newer; a package brings it along and no sources. */
async function build(output: Output): Promise<void> {
	if (!existsSync(join(root, 'renderer'))) return;
	const { ensureWindowBuilt } = await import('../../build/window.ts');
	await ensureWindowBuilt(root, (text) => output.hint(text));
}

function interrupted(signal: AbortSignal): Promise<void> {
	return new Promise((done) => {
		if (signal.aborted) done();
		else signal.addEventListener('abort', () => done(), { once: true });
	});
}
