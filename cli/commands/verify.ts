import { existsSync } from 'node:fs';
import { FileSource } from '../../core/pdf/byteSource.ts';
import { loadValidationData } from '../../core/pki/validationData.ts';
import { EvidenceReader } from '../../core/validation/facts/evidenceReader.ts';
import { jsonReport } from '../../core/validation/report/json.ts';
import { kindOf, qualificationWords } from '../../core/validation/report/signatureRows.ts';
import type { DocumentVerdict, SignatureVerdict } from '../../core/validation/verdict/verdict.ts';
import { verifyFile } from '../../core/validation/verifyDocument.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { contentOf } from '../detachedContent.ts';
import { shapeError, UsageError } from '../errors.ts';
import { extractRevision } from '../extractRevision.ts';
import { expandInputs, readVariable } from '../inputs.ts';
import { Output } from '../output.ts';
import { readPolicy } from '../policyFile.ts';
import { openResearch } from '../research.ts';
import { openTrust } from '../trust.ts';
import { readReports, writeReport } from '../verdictReport.ts';
import { configure, openFetcher, workplaceHelp, workplaceOptionTable } from '../workplace.ts';

export const help = `Usage: paraph verify FILE… [OPTIONS]

Says of each signature and document timestamp what it is worth (EN 319 102-1), and what was changed after it: in PDFs,
containers (ASiC-S, ASiC-E), XML signatures (XAdES), and detached signatures with --content.

  --at ISO-TIME             judge as of this moment instead of now
${workplaceHelp}
  --policy FILE             judge by this policy (JSON) instead of the one that comes with Paraph
  --content FILE            what a detached signature (.p7s, .xml) is over; default: its name without .p7s
  --report html:PATH|pdf:PATH|etsi:PATH
                            write a report; with several inputs PATH is a folder; repeatable
  --password-env VAR        password of encrypted PDFs
  --files-from FILE|-       names, one a line
  --extract-revision N --out FILE
                            write the document as signature N signed it, N from 1
  --json                    one JSON object a line

Exit codes: 0 all passed · 1 any failed or unreadable · 2 usage ·
3 none failed, but some are indeterminate or without signature`;

const table = {
	...commonOptions,
	...workplaceOptionTable,
	at: 'text',
	policy: 'text',
	content: 'text',
	report: 'texts',
	'password-env': 'text',
	'files-from': 'text',
	'extract-revision': 'text',
	out: 'text',
	force: 'flag',
} as const;

/** Its own reading of exit code 3. */
const undecided = 3;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	const variable = options['password-env'];
	const password = variable === undefined ? undefined : readVariable(io, variable, '--password-env');
	const inputs = expandInputs(files, options['files-from'], '.pdf');
	if (inputs.length === 0) throw new UsageError('no file is named', { hint: 'See `paraph verify --help`.' });
	if (options['extract-revision'] !== undefined) {
		return extractRevision(
			inputs,
			{ number: options['extract-revision'], out: options.out, force: options.force, password },
			output,
		);
	}
	if (options.content !== undefined && inputs.length > 1)
		throw new UsageError('--content goes with one signature', { hint: 'Verify one .p7s file at a time.' });
	const reports = readReports(options.report, inputs.length);
	const fetcher = await openFetcher(configuration);
	const { anchors, lists } = await openTrust(configuration, fetcher, (line) => output.hint(line));
	const judging = {
		anchors,
		trustedLists: lists,
		data: loadValidationData(configuration.get('validationData')),
		time: options.at === undefined ? new Date() : readTime(options.at),
		policy: options.policy === undefined ? undefined : readPolicy(options.policy),
		research: await openResearch(fetcher),
		reader: new EvidenceReader(),
		password,
		signal: io.signal,
	};
	let worst: number = ExitCode.ok;
	for (const [index, file] of inputs.entries()) {
		if (io.signal.aborted) return ExitCode.cancelled;
		output.progress(index, inputs.length, file);
		let source: FileSource | undefined;
		let content: FileSource | undefined;
		try {
			source = FileSource.open(file);
			const over = contentOf(file, options.content);
			if (over !== undefined && (options.content !== undefined || existsSync(over))) content = FileSource.open(over);
			const verdict = await verifyFile(source, judging, content);
			for (const report of reports) await writeReport(report, file, verdict);
			output.result(jsonReport(file, verdict), verdictText(file, verdict));
			worst = worse(worst, exitCodeOf(verdict));
		} catch (error) {
			const shaped = shapeError(error);
			output.result(
				{ file, indication: 'UNREADABLE', signatures: [], error: shaped },
				`${file}: cannot be read\n  ${shaped.message}\n  ${shaped.hint}`,
			);
			worst = ExitCode.failed;
		} finally {
			source?.close();
			content?.close();
		}
	}
	return worst;
}

function exitCodeOf({ indication }: DocumentVerdict): number {
	if (indication === 'TOTAL-PASSED') return ExitCode.ok;
	return indication === 'TOTAL-FAILED' ? ExitCode.failed : undecided;
}

/** 1 outweighs 3, which outweighs 0. */
const worse = (a: number, b: number): number => {
	if (a === ExitCode.failed || b === ExitCode.failed) return ExitCode.failed;
	return Math.max(a, b);
};

function readTime(text: string): Date {
	const time = new Date(text);
	if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(time.getTime())) {
		throw new UsageError(`--at: '${text}' is not a time`, { hint: 'Write it as in 2026-01-31T12:00:00Z.' });
	}
	return time;
}

function verdictText(file: string, verdict: DocumentVerdict): string {
	const lines = verdict.signatures.map(signatureText);
	return [`${file}: ${verdict.indication}`, ...lines].join('\n');
}

function signatureText(signature: SignatureVerdict): string {
	const { field, indication, subIndication, qualification, signer, level, bestTime, changes, errors, warnings } =
		signature;
	const who = signer ? signer.subject.displayName : 'unknown signer';
	const name = qualification === null ? 'signature' : qualificationWords[qualification];
	const kind = kindOf(signature);
	const over = signature.counterSignatureOf;
	const counter = `counter-signature${over === undefined ? '' : ` of signature ${over + 1}`}`;
	const what = `${kind === 'signature' ? name : kind === 'counter-signature' ? counter : 'document timestamp'} by ${who}`;
	const test = signature.anchor?.test ? ' [TEST]' : '';
	const why = subIndication ? ` (${subIndication})` : '';
	const when = bestTime ? `, proved at ${bestTime.toISOString()}` : '';
	const after = changes.level === 'none' ? '' : `, changes after it: ${changes.level}`;
	const notes = [...errors, ...warnings].map((finding) => `\n    ${finding.message}`).join('');
	return `  ${field === '' ? '' : `${field}: `}${indication}${why}${test}: ${what}${level ? `, ${level.toUpperCase()}` : ''}${when}${after}${notes}`;
}
