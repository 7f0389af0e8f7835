/** What `extend` and `timestamp` share: both add proof to files without a key. */

import { type ExtendOptions, extendBatch } from '../core/batch/extendBatch.ts';
import { Journal } from '../core/batch/journal.ts';
import { unwrittenOutcome } from '../core/pades/fileOutcome.ts';
import { commonOptions, parseArguments } from './arguments.ts';
import type { Io } from './command.ts';
import { contentOf } from './detachedContent.ts';
import { UsageError } from './errors.ts';
import { openEvidence } from './evidence.ts';
import { expandInputs, makeFolder, nameOutputs, readVariable, withSuffix } from './inputs.ts';
import { OutcomeReport } from './outcomeReport.ts';
import { Output } from './output.ts';
import { originOfOwn } from './ownCertificates.ts';
import { readLevel } from './signatureOptions.ts';
import { tsaHelp, tsaOptionTable } from './timestampServers.ts';
import { configure, openFetcher, openTimestamps, workplaceHelp, workplaceOptionTable } from './workplace.ts';

const table = {
	...commonOptions,
	...tsaOptionTable,
	...workplaceOptionTable,
	'files-from': 'text',
	out: 'text',
	'out-dir': 'text',
	force: 'flag',
	'in-place': 'flag',
	'password-env': 'text',
	level: 'text',
	journal: 'text',
	summary: 'text',
	content: 'text',
} as const;

export const extensionHelp = `  --files-from FILE|-       names, one a line
  --out FILE, --out-dir DIR where the result goes
  --content FILE            what a .p7s signature is over; default: its name without .p7s
  --in-place                replace the file itself, by rename
  --force                   replace an existing output
  --password-env VAR        password of encrypted PDFs
${tsaHelp}
${workplaceHelp}
  --journal FILE            what became of each file; a second run does what is left
  --summary csv:FILE|json:FILE
                            what became of each file
  --json                    one JSON object a line

Exit codes: 0 all done, or left for later by --offline · 1 some were not · 2 usage, nothing tried ·
4 only the network was wanting · 130 cancelled`;

export async function runExtension(command: 'extend' | 'timestamp', args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	const work = readWork(command, options.level);
	const inputs = expandInputs(files, options['files-from'], '.pdf').map((file) => ({ file }));
	if (inputs.length === 0) throw new UsageError('no file is named', { hint: `See \`paraph ${command} --help\`.` });
	const password =
		options['password-env'] === undefined ? undefined : readVariable(io, options['password-env'], '--password-env');
	const inPlace = options['in-place'];
	if (inPlace && (options.out ?? options['out-dir']) !== undefined) {
		throw new UsageError('--in-place and --out or --out-dir exclude each other');
	}
	if (options.content !== undefined && inputs.length > 1)
		throw new UsageError('--content goes with one signature', { hint: 'Extend one .p7s file at a time.' });
	const suffix = command === 'extend' ? '-extended' : '-timestamped';
	const named = inPlace
		? inputs.map(({ file }) => ({ file, out: file }))
		: nameOutputs(inputs, { out: options.out, outDir: options['out-dir'], suffix: (file) => withSuffix(file, suffix) });
	makeFolder(options['out-dir']);
	const overwrite = inPlace ? 'in-place' : options.force ? 'force' : 'never';
	const report = new OutcomeReport(output, options.summary);
	const journal = options.journal === undefined ? undefined : Journal.open(options.journal);
	try {
		const requested = work.kind === 'extend' ? work.level : 'b-t';
		const left = named.filter(({ file, out }) => {
			const entry = journal?.finished(file, out);
			if (entry?.state !== 'signed') return true;
			report.tell(unwrittenOutcome('skipped', { file, out, requested, level: entry.level, field: entry.field }));
			return false;
		});
		const fetcher = await openFetcher(configuration);
		await extendBatch(
			left.map(({ file, out }) => ({ file, out, overwrite, password, content: contentOf(file, options.content) })),
			{
				work,
				digest: configuration.get('digest'),
				supply: await openTimestamps(configuration, fetcher, io, output),
				evidence: await openEvidence(configuration, fetcher, originOfOwn(io.env)),
				offline: configuration.get('network.offline'),
				journal,
				signal: io.signal,
				onOutcome: (outcome) => report.tell(outcome),
				onProgress: (done, total, file) => output.progress(done, total, file),
			},
		);
		return report.exitCode(false, io.signal.aborted);
	} finally {
		journal?.close();
		report.close();
	}
}

function readWork(command: 'extend' | 'timestamp', level: string | undefined): ExtendOptions['work'] {
	if (command === 'timestamp') {
		if (level !== undefined) throw new UsageError('--level belongs to extend');
		return { kind: 'timestamp' };
	}
	const wanted = readLevel(level ?? 'b-lta');
	if (wanted === 'b-b')
		throw new UsageError('there is nothing to extend to b-b', { hint: 'Levels are b-t, b-lt and b-lta.' });
	return { kind: 'extend', level: wanted };
}
