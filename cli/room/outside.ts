/** What is done outside the room: packing, taking back, and trust material. */
import { readFileSync } from 'node:fs';
import { writeOutput } from '../../core/pades/outputFile.ts';
import { loadTrustAnchors, loadValidationData } from '../../core/pki/validationData.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { bringBack } from '../../core/room/bringBack.ts';
import { readPeer } from '../../core/room/identity.ts';
import { openDesk } from '../../core/room/places.ts';
import { writeTrustMaterial } from '../../core/room/trustMaterial.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { readDigest } from '../digestOption.ts';
import { UsageError } from '../errors.ts';
import { openEvidence } from '../evidence.ts';
import { expandInputs, readVariable } from '../inputs.ts';
import { OutcomeReport } from '../outcomeReport.ts';
import { Output } from '../output.ts';
import { rememberingOrigin } from '../ownCertificates.ts';
import { readLevel, readSignatureOptions, signatureOptionTable } from '../signatureOptions.ts';
import { tsaOptionTable } from '../timestampServers.ts';
import { configure, openFetcher, openTimestamps, wantedLevel, workplaceOptionTable } from '../workplace.ts';
import { onlyFile, required } from './roomArguments.ts';

/** Options for the signing inside that name files: these go along. */
const enclosing = ['image', 'xmp'] as const;

const packTable = {
	...commonOptions,
	...signatureOptionTable,
	room: 'text',
	out: 'text',
	'files-from': 'text',
	level: 'text',
	due: 'text',
	digest: 'text',
} as const;

export async function packBundle(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, packTable);
	const roomFile = required(options.room, '--room');
	const out = required(options.out, '--out');
	const named = expandInputs(files, options['files-from'], '.pdf');
	if (named.length === 0) throw new UsageError('no file is named', { hint: 'See `paraph room --help`.' });
	readSignatureOptions(options);
	readDigest(options.digest);
	const level = options.level === undefined ? null : readLevel(options.level);
	const due = options.due === undefined ? null : readMoment(options.due, '--due');
	const enclosed = enclosing.flatMap((option) => {
		const file = options[option];
		return file === undefined ? [] : [{ option, file }];
	});
	const carried = order.filter(({ name }) => name === 'digest' || Object.hasOwn(signatureOptionTable, name));
	const signOptions = [
		...carried.filter(({ name }) => !isEnclosing(name)).map(({ name, value }) => `--${name}=${value}`),
		...(options.pss ? ['--pss'] : []),
	];
	const now = systemClock.now();
	const room = readPeer(readFileSync(roomFile), roomFile);
	const desk = await openDesk(io.env, now);
	const packed = await desk.pack({ files: named, room, out, level, due, signOptions, enclosed, now });
	new Output(io, options.json).result(
		{
			bundle: out,
			outcome: 'packed',
			ok: true,
			...packed,
			level,
			due: due?.toISOString() ?? null,
			signOptions,
			enclosed,
			room: room.signing.fingerprint,
			error: null,
		},
		`${out}: bundle ${packed.number}, ${packed.documents.length} document(s) for the room ${room.signing.fingerprint}`,
	);
	return ExitCode.ok;
}

const isEnclosing = (name: string): boolean => enclosing.some((one) => one === name);

const returnTable = {
	...commonOptions,
	...tsaOptionTable,
	...workplaceOptionTable,
	'out-dir': 'text',
	level: 'text',
	'password-env': 'text',
	'accept-loss': 'flag',
} as const;

/** Lays the signed documents out as they came, then extends each where it lies. */
export async function takeBundleBack(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, returnTable);
	const path = onlyFile(files, 'the bundle');
	const outDir = required(options['out-dir'], '--out-dir');
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	const asked = options.level === undefined ? undefined : readLevel(options.level);
	const variable = options['password-env'];
	const password = variable === undefined ? undefined : readVariable(io, variable, '--password-env');
	const fetcher = await openFetcher(configuration);
	const supply = await openTimestamps(configuration, fetcher, io, output);
	// As with `embed`: what comes back was signed at this desk's request, so its certificates are no stranger's.
	const evidence = await openEvidence(configuration, fetcher, rememberingOrigin(io.env));
	const desk = await openDesk(io.env, systemClock.now());
	const report = new OutcomeReport(output, undefined);
	await bringBack(desk, {
		bundle: path,
		outDir,
		acceptLoss: options['accept-loss'],
		password,
		level: (packedFor) => wantedLevel(asked ?? packedFor, configuration),
		digest: configuration.get('digest'),
		supply,
		evidence,
		offline: configuration.get('network.offline'),
		signal: io.signal,
		onOutcome: (outcome) => report.tell(outcome),
		onProgress: (done, total, file) => output.progress(done, total, file),
	});
	report.close();
	return report.exitCode(false, io.signal.aborted);
}

const trustTable = { ...commonOptions, ...workplaceOptionTable, out: 'text', 'max-age': 'text' } as const;
const defaultMaximumAge = '30';

export async function makeTrust(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, trustTable);
	if (files.length > 0) throw new UsageError(`'${files[0]}' is one too many`, { hint: 'See `paraph room --help`.' });
	const out = required(options.out, '--out');
	const maximumAge = readDays(options['max-age'] ?? defaultMaximumAge);
	const configuration = configure(options, order, io);
	const anchors = loadTrustAnchors(configuration.get('trust'));
	const data = loadValidationData(configuration.get('validationData'));
	const date = systemClock.now();
	const { identity } = await openDesk(io.env, date);
	await writeOutput(out, writeTrustMaterial(identity, anchors, data, { date, maximumAge }), 'never');
	const counts = {
		anchors: anchors.length,
		certificates: data.certificates.length,
		crls: data.crls.length,
		ocspResponses: data.ocspResponses.length,
	};
	new Output(io, options.json).result(
		{ out, outcome: 'made', ok: true, date: date.toISOString(), maximumAge, ...counts, error: null },
		`${out}: ${counts.anchors} anchor(s), to be used for ${maximumAge} days`,
	);
	return ExitCode.ok;
}

/** ISO 8601; a day without a time is its end. */
function readMoment(text: string, option: string): Date {
	const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
	const moment = new Date(isDay ? `${text}T23:59:59Z` : text);
	if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(moment.getTime()))
		throw new UsageError(`${option}: '${text}' is not a time`, {
			hint: 'Write it as in 2026-01-31 or 2026-01-31T12:00:00Z.',
		});
	return moment;
}

function readDays(text: string): number {
	const days = Number(text);
	if (!/^\d{1,5}$/.test(text) || days === 0) throw new UsageError(`--max-age: '${text}' is not a number of days`);
	return days;
}
