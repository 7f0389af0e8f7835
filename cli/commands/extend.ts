import type { Io } from '../command.ts';
import { extensionHelp, runExtension } from '../extension.ts';

export const help = `Usage: paraph extend FILE… [OPTIONS]

Brings signed PDFs and detached signatures (.p7s) to a higher level: timestamp, validation data, document timestamp. No key is needed; a file at
B-LTA is renewed.
The result goes to NAME-extended.pdf beside the input unless told otherwise.

  --level b-t|b-lt|b-lta    default: b-lta
${extensionHelp}`;

export function run(args: readonly string[], io: Io): Promise<number> {
	return runExtension('extend', args, io);
}
