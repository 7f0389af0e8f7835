import { type ExtendItem, extendBatch } from '../../core/batch/extendBatch.ts';
import { HeadStart } from '../../core/batch/headStart.ts';
import { Journal } from '../../core/batch/journal.ts';
import { type BatchItem, signBatch } from '../../core/batch/signBatch.ts';
import type { MarkStudio } from '../../core/pades/appearance/markStudio.ts';
import { type FileOutcome, unwrittenOutcome } from '../../core/pades/fileOutcome.ts';
import { levels } from '../../core/pades/level.ts';
import { startSigningRun } from '../../core/pades/signingRun.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { NetworkError } from '../../core/ports/fetcher.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { readDigest } from '../digestOption.ts';
import { exitCodeOf, UsageError } from '../errors.ts';
import { openEvidence } from '../evidence.ts';
import { nameOutputs, withSuffix } from '../inputs.ts';
import { isNetwork, OutcomeReport } from '../outcomeReport.ts';
import { Output } from '../output.ts';
import { rememberingOrigin } from '../ownCertificates.ts';
import { type RequestedSignature, signatureHelp, signatureOptionTable } from '../signatureOptions.ts';
import { resolveSignature } from '../signaturePlace.ts';
import { tsaHelp, tsaOptionTable } from '../timestampServers.ts';
import { keyHelp, keyOptionTable, openSigner } from '../tokenOptions.ts';
import { readWishes, type Wish } from '../wishes.ts';
import {
	configure,
	openFetcher,
	openTimestamps,
	timestampsInReach,
	wantedLevel,
	workplaceHelp,
	workplaceOptionTable,
} from '../workplace.ts';

export const help = `Usage: paraph sign FILE… --token URI [OPTIONS]

Signs PDFs, and with --cades any file. FILE may be a folder: then the PDFs in it are signed.

What to sign
  --files-from FILE|-       names, one a line
  --list CSV                header: file,out,field,visible,at-text,reason,level,password-env
  --out FILE, --out-dir DIR default: NAME-signed.pdf beside the input
  --force                   replace an existing output
  --password-env VAR        password of encrypted PDFs
The key
${keyHelp}
The signature
  --level b-b|b-t|b-lt|b-lta
                            default: b-lta where a timestamp authority is configured, else b-b
  --digest sha256|sha384|sha512, --pss
${signatureHelp}
  --cades                   detached CAdES, FILE.p7s
Proof
${tsaHelp}
${workplaceHelp}
The run
  --journal FILE            what became of each file; a second run does what is left
  --summary csv:FILE        one line a file
  --check                   everything short of the PIN: say what would be done
  --json                    one JSON object a line

Exit codes: 0 all signed, skipped or left for later by --offline · 1 some were not · 2 usage, nothing tried ·
3 token or PIN ended the run · 4 only the network was wanting · 130 cancelled`;

const table = {
	...commonOptions,
	...keyOptionTable,
	...signatureOptionTable,
	...tsaOptionTable,
	...workplaceOptionTable,
	'files-from': 'text',
	list: 'text',
	out: 'text',
	'out-dir': 'text',
	force: 'flag',
	'password-env': 'text',
	level: 'text',
	digest: 'text',
	cades: 'flag',
	journal: 'text',
	summary: 'text',
	check: 'flag',
} as const;

type Options = ReturnType<typeof parseArguments<typeof table>>['options'];

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	const digest = readDigest(options.digest) ?? configuration.get('digest');
	const level = wantedLevel(options.level, configuration);
	if (options.cades) refuseForDetached(options);
	const wishes = readWishes(files, options, level, options.cades ? '' : '.pdf', io);
	const highest = levels[Math.max(...wishes.map((wish) => levels.indexOf(wish.level)))] ?? level;
	const named = nameOutputs(wishes, {
		out: options.out,
		outDir: options['out-dir'],
		suffix: (file) => (options.cades ? `${file}.p7s` : withSuffix(file, '-signed')),
	});
	const studio = await openStudio(wishes);
	const items = named.map((wish): BatchItem & { readonly signature: RequestedSignature } => ({
		file: wish.file,
		out: wish.out,
		overwrite: options.force ? 'force' : 'never',
		level: wish.level,
		password: wish.password,
		detached: options.cades,
		signature: wish.signature,
		options: (draft) => resolveSignature(draft, { ...wish.signature, digest, signingTime: systemClock.now(), studio }),
	}));
	const report = new OutcomeReport(output, options.summary);
	const journal = options.journal === undefined || options.check ? undefined : Journal.open(options.journal);
	try {
		const { left, incomplete } = takeUp(items, journal, report);
		if (left.length + incomplete.length === 0) return report.exitCode(false, false);
		await using headStart = new HeadStart(options.check ? undefined : left[0]);
		const fetcher = await openFetcher(configuration);
		const supply = await openTimestamps(configuration, fetcher, io, output);
		const evidence = await openEvidence(configuration, fetcher, rememberingOrigin(io.env));
		const offline = configuration.get('network.offline');
		const inReach = timestampsInReach(configuration, supply);
		await extendBatch(incomplete, {
			work: { kind: 'extend', level: highest },
			digest,
			supply,
			evidence,
			offline,
			journal,
			signal: io.signal,
			onOutcome: (outcome) => report.tell({ ...outcome, file: originOf(outcome.file, incomplete) }),
		});
		if (left.length === 0) return report.exitCode(false, io.signal.aborted);
		const signer = await openSigner(options, configuration, io).catch((error: unknown) => {
			const isFault = error instanceof TokenError || error instanceof NetworkError;
			if (!isFault || error.code === 'token-uri-invalid') throw error;
			return error;
		});
		if (signer instanceof Error) {
			return refuseAll(left, signer, report, io);
		}
		try {
			if (options.check) {
				const { planSigning } = await import('../plan.ts');
				return await planSigning(
					{
						items: left,
						signer,
						supply: inReach,
						evidence,
						offline,
						level: highest,
						clock: systemClock,
						signal: io.signal,
					},
					output,
				);
			}
			const run = await startSigningRun({
				signer,
				level: highest,
				supply: inReach,
				evidence,
				clock: systemClock,
				offline,
				signal: io.signal,
			}).catch((error: unknown) => error);
			if (!isRun(run)) return refuseAll(left, run, report, io);
			const { ended } = await signBatch(left, {
				run,
				offline,
				journal,
				headStart,
				signal: io.signal,
				onOutcome: (outcome) => report.tell(outcome),
				onProgress: (done, total, file) => output.progress(done, total, file),
			});
			return report.exitCode(ended, io.signal.aborted);
		} finally {
			await signer.close();
		}
	} finally {
		journal?.close();
		report.close();
	}
}

/** Whatever draws is loaded where something may be drawn: an existing field may show as well. */
async function openStudio(wishes: readonly Wish[]): Promise<MarkStudio | undefined> {
	const mayShow = ({ signature }: Wish): boolean =>
		signature.place !== undefined || signature.textPlace !== undefined || signature.field !== undefined;
	if (!wishes.some(mayShow)) return undefined;
	const { MarkStudio: Studio } = await import('../../core/pades/appearance/markStudio.ts');
	return new Studio();
}

/** What belongs to a PDF has no place in a CAdES signature. */
function refuseForDetached(options: Options): void {
	const pdfOnly = [
		...(['field', 'visible', 'at-text', 'offset', 'size', 'image', 'text', 'xmp'] as const),
		...(['reason', 'location', 'contact', 'name', 'certify', 'lock'] as const),
	];
	const given = pdfOnly.find((name) => options[name] !== undefined);
	if (given) throw new UsageError(`--${given} is for PDFs, not for --cades`);
}

function originOf(file: string, items: readonly ExtendItem[]): string {
	return items.find((item) => item.file === file)?.origin?.file ?? file;
}

function isRun(value: unknown): value is Awaited<ReturnType<typeof startSigningRun>> {
	return typeof value === 'object' && value !== null && 'signer' in value && 'chain' in value;
}

/** What keeps the whole run from starting keeps each file from being signed. */
function refuseAll(items: readonly BatchItem[], error: unknown, report: OutcomeReport, io: Io): number {
	const outcome: FileOutcome['outcome'] = io.signal.aborted ? 'cancelled' : 'failed';
	for (const { file, level } of items) report.tell(unwrittenOutcome(outcome, { file, requested: level, error }));
	if (io.signal.aborted) return ExitCode.cancelled;
	return isNetwork(error) ? ExitCode.network : exitCodeOf(error);
}

/** Files that an earlier run with the same journal finished are skipped; those it left incomplete come back apart. */
function takeUp<T extends BatchItem>(items: readonly T[], journal: Journal | undefined, report: OutcomeReport) {
	const left: T[] = [];
	const incomplete: ExtendItem[] = [];
	for (const item of items) {
		const entry = journal?.finished(item.file, item.out);
		if (!entry) left.push(item);
		else if (entry.state === 'signed') {
			const { level, field } = entry;
			report.tell(unwrittenOutcome('skipped', { file: item.file, out: item.out, requested: item.level, level, field }));
		} else {
			const origin = { file: item.file, inputSha256: entry.inputSha256 };
			const content = item.detached ? item.file : undefined;
			incomplete.push({
				file: item.out,
				out: item.out,
				overwrite: 'in-place',
				password: item.password,
				content,
				origin,
			});
		}
	}
	return { left, incomplete };
}
