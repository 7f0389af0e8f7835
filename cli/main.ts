import type { Command, Io } from './command.ts';
import { ExitCode } from './command.ts';
import { commands } from './commands.ts';
import { exitCodeOf, shapeError, UsageError } from './errors.ts';

const version = '0.1.0';

/** Runs one command line. @returns the exit code; never throws. */
export async function main(args: readonly string[]): Promise<number> {
	const io = processIo();
	try {
		return await dispatch(args, io);
	} catch (error) {
		const shaped = shapeError(error);
		if (args.includes('--json')) io.stdout.write(`${JSON.stringify({ error: shaped })}\n`);
		else io.stderr.write(`paraph: ${shaped.message}\n${shaped.hint}\n`);
		return exitCodeOf(error);
	}
}

async function dispatch(args: readonly string[], io: Io): Promise<number> {
	const [name, ...rest] = args;
	if (name === '--version') {
		io.stdout.write(`paraph ${version}\n`);
		return ExitCode.ok;
	}
	if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
		io.stdout.write(overview());
		return ExitCode.ok;
	}
	if (name === undefined) {
		io.stderr.write(overview());
		return ExitCode.usage;
	}
	const command = await load(name === 'help' ? (rest[0] ?? '') : name);
	if (name === 'help' || asksForHelp(rest)) {
		io.stdout.write(`${command.help.trim()}\n`);
		return ExitCode.ok;
	}
	return command.run(rest, io);
}

/** `--` ends the options: a file may be called `--help`. */
function asksForHelp(args: readonly string[]): boolean {
	const end = args.indexOf('--');
	const options = end === -1 ? args : args.slice(0, end);
	return options.includes('--help') || options.includes('-h');
}

function load(name: string): Promise<Command> {
	const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
	if (!entry) throw new UsageError(`there is no command '${name}'`, { hint: 'See `paraph --help` for what there is.' });
	return entry.load();
}

function overview(): string {
	const width = Math.max(...Object.keys(commands).map((name) => name.length));
	const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
	return `Paraph ${version}: sign PDFs so that the signature still holds in thirty years.

Usage: paraph COMMAND [OPTIONS] [FILE…]

${lines.join('\n')}

'paraph COMMAND --help' says more about each. Every command takes --json.
`;
}

/** The first SIGINT lets the work in hand end well; the second ends the process. */
function processIo(): Io {
	const controller = new AbortController();
	const cancel = (): void => {
		if (controller.signal.aborted) process.exit(ExitCode.cancelled);
		controller.abort();
	};
	process.on('SIGINT', cancel);
	process.on('SIGTERM', cancel);
	// `paraph … | head` closes the pipe: there is nobody left to tell.
	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code === 'EPIPE') process.exit(ExitCode.failed);
	});
	const { stdin, stdout, stderr, env } = process;
	return { stdin, stdout, stderr, env, signal: controller.signal };
}
