import type { RestoreReport } from '../../service/backup/restore.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { readConfig, serviceHelp, serviceOptionTable } from '../serviceConfig.ts';

export const help = `
Usage: paraph restore [--from DIR] [--key FILE] [--at TIME] [--check] [--config FILE] [--json]

Restores the service from a backup into an empty folder and an empty database, and proves it: the chain of events is walked
to its head, and every document is decrypted and hashed. What was destroyed after the backup stays destroyed.

  --from DIR     where the backups are; default: backup.target of the configuration
  --key FILE     their key; default: backup.keyFile of the configuration
  --at TIME      the state at this time (ISO 8601) instead of the newest
  --check        restore nothing: say whether the backup would do
${serviceHelp}
  --json         one JSON line: ok, data, keys, rows, destroyed, blobs, chains

Exit codes: 0 restored, and all of it holds · 1 it could not be restored, or something in it does not hold ·
2 usage or configuration · 130 cancelled
`;

const options = {
	...commonOptions,
	...serviceOptionTable,
	from: 'text',
	key: 'text',
	at: 'text',
	check: 'flag',
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options: given, files } = parseArguments(args, options);
	if (files.length > 0)
		throw new UsageError(`'${files[0]}' is not an option`, { hint: 'See `paraph restore --help`.' });
	const output = new Output(io, given.json);
	const config = await readConfig(given, io);
	const from = given.from ?? config.backup?.target;
	const keyFile = given.key ?? config.backup?.keyFile;
	if (from === undefined || keyFile === undefined)
		throw new UsageError('--from and --key are wanted where the configuration has no backup', {
			hint: 'See `paraph restore --help`.',
		});
	const at = given.at === undefined ? undefined : readTime(given.at);
	const { runRestore } = await import('../../service/backup/runRestore.ts');
	const { check: checkOnly } = given;
	const report = await runRestore({ config, env: io.env, from, keyFile, at, checkOnly, signal: io.signal });
	const facts = { ...report, data: report.data.toISOString(), keys: report.keys.toISOString() };
	output.result({ event: checkOnly ? 'checked' : 'restored', from, ...facts }, textFor(report, checkOnly));
	return report.ok ? ExitCode.ok : ExitCode.failed;
}

function textFor({ data, rows, destroyed, blobs, chains }: RestoreReport, checkOnly: boolean): string {
	const damaged = blobs.damaged.map((sha256) => `  damaged: ${sha256}`);
	const lines = chains.map(({ tenant, checked, brokenAt }) =>
		brokenAt === undefined
			? `  ${tenant}: ${checked} events, the chain holds.`
			: `  ${tenant}: the chain breaks at event ${brokenAt.seq}: ${brokenAt.message}`,
	);
	return [
		`${checkOnly ? 'The backup' : 'Restored: the state'} of ${data.toISOString()}, ${rows} rows.`,
		`  ${blobs.sound} documents are sound, ${blobs.damaged.length} are damaged; ${destroyed} were destroyed since.`,
		...damaged,
		...lines,
	].join('\n');
}

function readTime(text: string): Date {
	const time = new Date(text);
	if (!Number.isNaN(time.getTime())) return time;
	throw new UsageError(`--at: '${text}' is no time`, { hint: 'Write it like 2026-11-26T12:00:00Z.' });
}
