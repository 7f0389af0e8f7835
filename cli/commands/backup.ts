import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { readConfig, serviceHelp, serviceOptionTable } from '../serviceConfig.ts';

export const help = `
Usage: paraph backup [--target DIR] [--key FILE] [--config FILE] [--json]

Backs up the service, while it runs, into a folder that should be on another machine: the database as of one moment, and
the documents that are not there yet. All of it is encrypted; keys of documents go into a file of their own, which lives
shorter, so that what is destroyed is soon destroyed in backups too. What is too old is removed.

  --target DIR   where to; default: backup.target of the configuration
  --key FILE     the key of the backups, made where there is none; default: backup.keyFile of the configuration.
                 Keep a copy of it elsewhere: without it no backup opens
${serviceHelp}
  --json         one JSON line: at, rows, copied, kept, missing, expired

Exit codes: 0 done · 1 it could not be done, or a document is missing in the store · 2 usage or configuration
`;

const options = { ...commonOptions, ...serviceOptionTable, target: 'text', key: 'text' } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options: given, files } = parseArguments(args, options);
	if (files.length > 0) throw new UsageError(`'${files[0]}' is not an option`, { hint: 'See `paraph backup --help`.' });
	const output = new Output(io, given.json);
	const config = await readConfig(given, io);
	const { runBackup } = await import('../../service/backup/runBackup.ts');
	const target = given.target ?? config.backup?.target;
	const keyFile = given.key ?? config.backup?.keyFile;
	if (target === undefined || keyFile === undefined)
		throw new UsageError('--target and --key are wanted where the configuration has no backup', {
			hint: 'See `paraph backup --help`.',
		});
	const { report, expired, keyMade } = await runBackup({ config, env: io.env, target, keyFile, now: new Date() });
	if (keyMade) output.hint(`${keyFile} was made: keep a copy of it elsewhere, without it no backup opens.`);
	const { at, rows, copied, kept, missing } = report;
	const lost = missing.length > 0 ? `; ${missing.length} documents are missing in the store` : '';
	output.result(
		{ event: 'backup', target, at: at.toISOString(), rows, copied, kept, missing, expired },
		`${target}: ${rows} rows, ${copied} documents copied, ${kept} were there already${lost}.`,
	);
	return missing.length > 0 ? ExitCode.failed : ExitCode.ok;
}
