import { BatchRun } from '../../core/batch/batchRun.ts';
import { HeadStart } from '../../core/batch/headStart.ts';
import type { Journal } from '../../core/batch/journal.ts';
import type { BatchItem } from '../../core/batch/signBatch.ts';
import type { Configuration } from '../../core/config/configuration.ts';
import type { MarkStudio } from '../../core/pades/appearance/markStudio.ts';
import { type Level, levels } from '../../core/pades/level.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { readDigest } from '../digestOption.ts';
import { UsageError } from '../errors.ts';
import { openEvidence } from '../evidence.ts';
import { makeFolder, nameOutputs, withSuffix } from '../inputs.ts';
import { OutcomeReport } from '../outcomeReport.ts';
import { Output } from '../output.ts';
import { rememberingOrigin } from '../ownCertificates.ts';
import type { RunReport } from '../runReport.ts';
import { type RequestedSignature, signatureHelp, signatureOptionTable } from '../signatureOptions.ts';
import { resolveSignature } from '../signaturePlace.ts';
import { tsaHelp, tsaOptionTable } from '../timestampServers.ts';
import { checkKeyOptions, keyHelp, keyOptionTable, openSigner } from '../tokenOptions.ts';
import type { Told } from '../verifying.ts';
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
  --summary csv:FILE|json:FILE
                            what became of each file
  --verify                  verify every output, and say what it is worth
  --report pdf:FILE         names, digests, times and the certificate; --sign-report signs it with the same key
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
	verify: 'flag',
	report: 'text',
	'sign-report': 'flag',
	check: 'flag',
} as const;

type Options = ReturnType<typeof parseArguments<typeof table>>['options'];

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	const stated = configure(options, order, io);
	const digest = readDigest(options.digest) ?? stated.get('digest');
	const level = wantedLevel(options.level, stated);
	if (options.cades) refuseForDetached(options);
	checkKeyOptions(options, stated);
	const wishes = readWishes(files, options, level, options.cades ? '' : '.pdf', io);
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
	const { configuration, neededUntil } = await inRoom(items, stated, io, output);
	const takeAway = makeFolder(options['out-dir']);
	if (options.check) return check(items, neededUntil, options, configuration, io, output).finally(takeAway);
	const paper = await openReport(options, level);
	const report = new OutcomeReport(output, options.summary);
	const journal = options.journal === undefined ? undefined : await openJournal(options.journal);
	try {
		await using headStart = new HeadStart(journal ? undefined : items[0]);
		const means = await openMeans(configuration, io, output);
		const verifying = options.verify
			? await (await import('../verifying.ts')).openVerifying(configuration, means.fetcher, io)
			: undefined;
		const tell: Told = (outcome, verified) => {
			report.tell(outcome, verified);
			paper?.note(outcome, verified);
		};
		let done = 0;
		const run = new BatchRun<BatchItem>({
			...means,
			items,
			digest,
			neededUntil,
			openSigner: () => openSigner(options, configuration, io),
			journal,
			headStart,
			signal: io.signal,
			conclusion: paper?.isSigned
				? () => (verifying?.finished() ?? Promise.resolve()).then(() => paper.item())
				: undefined,
			onOutcome: (outcome, item) => {
				output.progress(++done, items.length, outcome.file);
				if (paper?.takes(outcome, item)) return;
				if (verifying) verifying.after(outcome, item, tell);
				else tell(outcome, undefined);
			},
		});
		const { ended, cancelled } = await run.run();
		await verifying?.finished();
		const isReported = (await paper?.finish(output)) ?? true;
		report.tellReasons();
		const code = report.exitCode(ended instanceof TokenError, cancelled);
		return code === ExitCode.ok && !isReported ? ExitCode.failed : code;
	} finally {
		journal?.close();
		report.close();
	}
}

/** The database is loaded where there is a journal. @throws {JournalError} */
async function openJournal(path: string): Promise<Journal> {
	const { Journal: Opened } = await import('../../core/batch/journal.ts');
	return Opened.open(path);
}

async function openReport(options: Options, level: Level): Promise<RunReport | undefined> {
	if (options.report === undefined) {
		if (options['sign-report']) throw new UsageError('--sign-report goes with --report');
		return undefined;
	}
	const { RunReport: Opened } = await import('../runReport.ts');
	return new Opened(options.report, options['sign-report'], level);
}

/** Everything short of the PIN. */
async function check(
	items: readonly BatchItem[],
	neededUntil: Date | undefined,
	options: Options,
	configuration: Configuration,
	io: Io,
	output: Output,
): Promise<number> {
	const { planSigning } = await import('../plan.ts');
	const { supplyInReach, supply, fetcher: _, ...means } = await openMeans(configuration, io, output);
	const level = levels.findLast((one) => items.some((item) => item.level === one)) ?? 'b-b';
	const signer = await openSigner(options, configuration, io);
	try {
		const reachable = supplyInReach ? supply : undefined;
		const request = { ...means, items, signer, level, neededUntil, supply: reachable, signal: io.signal };
		return await planSigning(request, output);
	} finally {
		await signer.close();
	}
}

/** What a room on this machine adds where nothing is asked of the network. */
async function inRoom(items: readonly BatchItem[], configuration: Configuration, io: Io, output: Output) {
	if (!configuration.get('network.offline')) return { configuration, neededUntil: undefined };
	const { readRoom } = await import('../room/atSigning.ts');
	return readRoom(
		items.map(({ file }) => file),
		configuration,
		io,
		output,
	);
}

/** Where timestamps and evidence come from. */
async function openMeans(configuration: Configuration, io: Io, output: Output) {
	const fetcher = await openFetcher(configuration);
	const supply = await openTimestamps(configuration, fetcher, io, output);
	return {
		fetcher,
		supply,
		supplyInReach: timestampsInReach(configuration, supply) !== undefined,
		evidence: await openEvidence(configuration, fetcher, rememberingOrigin(io.env)),
		offline: configuration.get('network.offline'),
		clock: systemClock,
	};
}

/** Whatever draws is loaded where something may be drawn: an existing field may show as well. */
async function openStudio(wishes: readonly Wish[]): Promise<MarkStudio | undefined> {
	const mayShow = ({ signature }: Wish): boolean =>
		signature.place !== undefined || signature.soughtPlace !== undefined || signature.field !== undefined;
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
