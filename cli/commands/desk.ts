import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDesk } from '../../main/desk.ts';
import { findBrowser, hasDisplay, openWindow, type ShownWindow } from '../../main/loopback/browser.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { Output } from '../output.ts';

export const help = `Usage: paraph desk [OPTIONS] [FILE…]

Opens the window, with these files in it, in the system's Chromium. Where there is no display the address to bring to
a browser is printed instead; it works once and for a minute. Where there is no terminal either, the command then ends.

  --no-browser    print the address also where there is a display, and stay until interrupted
  --config FILE   use this configuration
  --json          print {"address", "failures"} as JSON; the address is null where a window was opened
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
	if (io.signal.aborted) return ExitCode.cancelled;
	const desk = await startDesk({
		built: join(root, 'dist'),
		files: files.map((file) => resolve(file)),
		config: options.config,
		env: io.env,
	});
	try {
		const { failures } = desk;
		for (const { subject, message, hint } of failures) output.hint(`${subject}: ${message} ${hint}`);
		const browser = options['no-browser'] || !hasDisplay(io.env) ? undefined : findBrowser(io.env);
		if (browser) {
			const window = openWindow(browser, desk.startPage(), desk.profileFolder);
			if (options.json) output.result({ address: null, failures }, '');
			return await untilClosed(window, io, output);
		}
		const address = desk.oneTimeAddress();
		output.result({ address, failures }, `Open this address in a browser within a minute; it works once:\n${address}`);
		// No terminal to end it from: a script only wanted to know that all is well.
		if (!options['no-browser'] && !options.json && !io.stdout.isTTY) return ExitCode.ok;
		await interrupted(io.signal);
		return ExitCode.cancelled;
	} finally {
		await desk.close();
	}
}

async function untilClosed(window: ShownWindow, io: Io, output: Output): Promise<number> {
	const ended = await Promise.race([window.ended, interrupted(io.signal)]);
	await window.close();
	if (io.signal.aborted) return ExitCode.cancelled;
	if (ended === 'closed') return ExitCode.ok;
	output.hint('The browser could not show the window. With --no-browser an address is printed instead.');
	return ExitCode.failed;
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
