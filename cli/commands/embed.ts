import { readFileSync } from 'node:fs';
import { Draft } from '../../core/pades/draft.ts';
import { embedSignature } from '../../core/pades/embedSignature.ts';
import { type FileOutcome, unwrittenOutcome, writtenOutcome } from '../../core/pades/fileOutcome.ts';
import type { Level } from '../../core/pades/level.ts';
import { checkOutput, OutputFile } from '../../core/pades/outputFile.ts';
import { decodePrepared } from '../../core/pades/prepared.ts';
import { describeSigner } from '../../core/pades/signingRun.ts';
import { Stopwatch } from '../../core/pades/stopwatch.ts';
import { Certificate } from '../../core/pki/certificate.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import type { Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { openEvidence } from '../evidence.ts';
import { readVariable, withSuffix } from '../inputs.ts';
import { OutcomeReport } from '../outcomeReport.ts';
import { Output } from '../output.ts';
import { rememberingOrigin } from '../ownCertificates.ts';
import { readLevel } from '../signatureOptions.ts';
import { tsaHelp, tsaOptionTable } from '../timestampServers.ts';
import {
	configure,
	openFetcher,
	openTimestamps,
	timestampsInReach,
	workplaceHelp,
	workplaceOptionTable,
} from '../workplace.ts';

export const help = `Usage: paraph embed FILE.pdf --prepared P --signature S --out FILE [OPTIONS]

Finishes what 'paraph prepare' began: puts the signature into the document it was prepared from, and adds the proof that
the level asks for. What does not belong together is refused.

  --prepared P, --signature S
  --out FILE                default: NAME-signed.pdf beside the document
  --level LEVEL             default: what was prepared for
  --force                   replace an existing output
  --password-env VAR        password of an encrypted PDF
${tsaHelp}
${workplaceHelp}
  --json                    one JSON object a line

Exit codes: 0 done, or left for later by --offline · 1 refused or incomplete · 2 usage · 4 only the network was wanting`;

const table = {
	...commonOptions,
	...tsaOptionTable,
	...workplaceOptionTable,
	prepared: 'text',
	signature: 'text',
	out: 'text',
	level: 'text',
	force: 'flag',
	'password-env': 'text',
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const [file, ...more] = files;
	if (file === undefined || more.length > 0)
		throw new UsageError('one document is wanted', { hint: 'See `paraph embed --help`.' });
	const { prepared: preparedPath, signature: signaturePath } = options;
	if (preparedPath === undefined) throw new UsageError('--prepared is missing', { hint: 'See `paraph embed --help`.' });
	if (signaturePath === undefined)
		throw new UsageError('--signature is missing', { hint: 'See `paraph embed --help`.' });
	const variable = options['password-env'];
	const password = variable === undefined ? undefined : readVariable(io, variable, '--password-env');
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	const offline = configuration.get('network.offline');
	const overwrite = options.force ? 'force' : 'never';
	const out = options.out ?? withSuffix(file, '-signed');
	const report = new OutcomeReport(output, undefined);
	const watch = new Stopwatch();
	let requested: Level = options.level === undefined ? 'b-b' : readLevel(options.level);
	let draft: Draft | undefined;
	let target: OutputFile | undefined;
	let outcome: FileOutcome;
	try {
		const prepared = decodePrepared(readFileSync(preparedPath, 'utf8'), preparedPath);
		if (options.level === undefined) requested = prepared.level;
		const fetcher = await openFetcher(configuration);
		const supply = timestampsInReach(configuration, await openTimestamps(configuration, fetcher, io, output));
		const evidence = await openEvidence(configuration, fetcher, rememberingOrigin(io.env));
		checkOutput(file, out, overwrite, prepared.added.length);
		draft = Draft.open(file, { password, digest: prepared.digest });
		target = new OutputFile(out, overwrite);
		if (draft.isLarge) target.beginCopy(file);
		const reached = await embedSignature(
			draft,
			prepared,
			readFileSync(signaturePath),
			{
				supply,
				evidence: offline && !supply ? undefined : evidence,
				level: requested,
				signal: io.signal,
			},
			watch,
		);
		await draft.write(target);
		target.commit();
		const signer = describeSigner(Certificate.parse(prepared.certificate));
		const { level, warnings, failure } = reached;
		const facts = {
			file,
			out,
			requested,
			level,
			field: prepared.field,
			signer,
			ms: watch.durations(),
			warnings,
			error: failure,
		};
		outcome = writtenOutcome(facts, offline);
	} catch (error) {
		await target?.discard();
		outcome = unwrittenOutcome('failed', { file, requested, error });
	} finally {
		draft?.close();
	}
	report.tell(outcome);
	report.close();
	return report.exitCode(false, io.signal.aborted);
}
