import { existsSync } from 'node:fs';
import { readJournal } from '../../core/batch/journal.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { formatCsvLine } from '../csv.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';

export const help = `Usage: paraph journal FILE [--csv] [--json]

Prints what a journal, as 'paraph sign --journal' and 'paraph extend --journal' keep one, says of each file.

  --csv                     as CSV, with a header
  --json                    one JSON object a line

Exit codes: 0 printed · 2 usage, or no journal`;

const columns = [
	...(['file', 'out', 'state', 'requested', 'level', 'field', 'inputSha256', 'outputSha256'] as const),
	...(['code', 'message', 'at'] as const),
] as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, { ...commonOptions, csv: 'flag' });
	const [path, ...more] = files;
	if (path === undefined || more.length > 0)
		throw new UsageError('one journal is wanted', { hint: 'See `paraph journal --help`.' });
	if (options.csv && options.json) throw new UsageError('--csv and --json exclude each other');
	if (!existsSync(path)) throw new UsageError(`${path}: there is no such journal`, { subject: path });
	const output = new Output(io, options.json);
	if (options.csv) output.result({}, formatCsvLine(columns).trimEnd());
	for (const line of readJournal(path)) {
		const { file, out, state, level, message } = line;
		const text = options.csv
			? formatCsvLine(columns.map((column) => line[column] ?? '')).trimEnd()
			: `${file}: ${state}${level === null ? '' : ` at ${level.toUpperCase()} → ${out}`}${message === null ? '' : `\n  ${message}`}`;
		output.result(line, text);
	}
	return ExitCode.ok;
}
