import { existsSync } from 'node:fs';
import { readJournal } from '../../core/batch/journal.ts';
import { journalCsv } from '../../core/batch/journalExport.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';

export const help = `Usage: paraph journal FILE [--csv] [--json]

Prints what a journal, as 'paraph sign --journal' and 'paraph extend --journal' keep one, says of each file.

  --csv                     as CSV, with a header
  --json                    one JSON object a line

Exit codes: 0 printed · 2 usage, or no journal`;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, { ...commonOptions, csv: 'flag' });
	const [path, ...more] = files;
	if (path === undefined || more.length > 0)
		throw new UsageError('one journal is wanted', { hint: 'See `paraph journal --help`.' });
	if (options.csv && options.json) throw new UsageError('--csv and --json exclude each other');
	if (!existsSync(path)) throw new UsageError(`${path}: there is no such journal`, { subject: path });
	const output = new Output(io, options.json);
	if (options.csv) {
		for (const line of journalCsv(readJournal(path))) output.result({}, line.trimEnd());
		return ExitCode.ok;
	}
	for (const line of readJournal(path)) {
		const { file, out, state, level, message } = line;
		const reached = level === null ? '' : ` at ${level.toUpperCase()} → ${out}`;
		output.result(line, `${file}: ${state}${reached}${message === null ? '' : `\n  ${message}`}`);
	}
	return ExitCode.ok;
}
