import type { Io } from '../command.ts';
import { extensionHelp, runExtension } from '../extension.ts';

export const help = `Usage: paraph timestamp FILE… [OPTIONS]

Puts a document timestamp on PDFs, signed or not.
The result goes to NAME-timestamped.pdf beside the input unless told otherwise.

${extensionHelp}`;

export function run(args: readonly string[], io: Io): Promise<number> {
	return runExtension('timestamp', args, io);
}
