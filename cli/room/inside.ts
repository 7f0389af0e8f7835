/** What is done in the room: without a network, with the room's own key. */
import { join } from 'node:path';
import { systemClock } from '../../core/ports/clock.ts';
import { enclosureFolder } from '../../core/room/bundle.ts';
import { openRoom, rememberRoom } from '../../core/room/places.ts';
import { Room, type TrustState } from '../../core/room/room.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { pinOptionTable } from '../pinSource.ts';
import { onlyFile, required } from './roomArguments.ts';
import { initGuarded, unlock } from './roomKeys.ts';

const insideTable = { ...commonOptions, room: 'text', 'confirm-clock': 'flag' } as const;

const keyTable = { ...insideTable, ...pinOptionTable } as const;

export async function initRoom(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, { ...commonOptions, ...pinOptionTable, token: 'text' });
	const [folder, now] = [onlyFile(files, 'the folder of the room'), systemClock.now()];
	const { token } = options;
	const room = token === undefined ? Room.init(folder, now) : await initGuarded(folder, now, token, options, io);
	rememberRoom(room, io.env);
	const { publicFile, fingerprint, guardedBy = null } = room;
	new Output(io, options.json).result(
		{ outcome: 'made', ok: true, room: room.folder, public: publicFile, fingerprint, guardedBy, error: null },
		`${room.folder}: a room\n  carry out ${publicFile}\n  and compare its fingerprint there: ${fingerprint}`,
	);
	return ExitCode.ok;
}

export async function openBundle(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, { ...keyTable, 'out-dir': 'text', 'accept-loss': 'flag' });
	const path = onlyFile(files, 'the bundle');
	const outDir = required(options['out-dir'], '--out-dir');
	const now = systemClock.now();
	const room = openRoom(options.room, io.env);
	await unlock(room, options, io);
	const bundle = await room.openBundle(
		path,
		outDir,
		{ now, confirmed: options['confirm-clock'] },
		options['accept-loss'],
	);
	const documents = bundle.documents.map(({ name, bytes }) => ({ name, file: join(outDir, name), size: bytes.length }));
	const trust = room.trustState(now);
	const warnings = trustWarnings(trust);
	const { id, number, level, due, created, sender } = bundle;
	const enclosed = bundle.enclosures.map(({ option, name }) => `--${option}=${join(outDir, enclosureFolder, name)}`);
	const signOptions = [...bundle.signOptions, ...enclosed];
	new Output(io, options.json).result(
		{
			bundle: path,
			outcome: 'opened',
			ok: true,
			id,
			number,
			created: created.toISOString(),
			due: due?.toISOString() ?? null,
			sender: sender.signing.fingerprint,
			documents,
			level,
			signOptions,
			trust: trust && trustJson(trust, room),
			warnings,
			error: null,
		},
		[
			`${path}: bundle ${number}, ${documents.length} document(s)${due ? `, due ${due.toISOString()}` : ''}`,
			...documents.map(({ file }) => `  ${file}`),
			...warnings.map((warning) => `  warning: ${warning}`),
			`  sign with: ${['paraph', 'sign', '--offline', ...signOptions, outDir].map(quote).join(' ')} --token URI`,
		].join('\n'),
	);
	return ExitCode.ok;
}

export async function sealBundle(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, { ...keyTable, out: 'text', partial: 'flag' });
	const folder = onlyFile(files, 'the folder that a bundle was opened in');
	const out = required(options.out, '--out');
	const time = { now: systemClock.now(), confirmed: options['confirm-clock'] };
	const room = openRoom(options.room, io.env);
	await unlock(room, options, io);
	const sealed = await room.seal(folder, out, { time, partial: options.partial });
	const { id, number, answers, unsigned } = sealed;
	const documents = sealed.sealed.map(({ document, path }) => ({ name: document.name, file: path }));
	new Output(io, options.json).result(
		{ bundle: out, outcome: 'sealed', ok: true, id, number, answers, documents, unsigned, error: null },
		[
			`${out}: bundle ${number}, ${documents.length} document(s)`,
			...documents.map(({ name, file }) => `  ${name}: ${file}`),
			...unsigned.map((name) => `  ${name}: not signed, left out`),
		].join('\n'),
	);
	return ExitCode.ok;
}

export async function importTrust(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, insideTable);
	const path = onlyFile(files, 'the trust material');
	const room = openRoom(options.room, io.env);
	const trust = await room.importTrust(path, { now: systemClock.now(), confirmed: options['confirm-clock'] });
	const { anchors, data } = room.trustFolders;
	new Output(io, options.json).result(
		{ file: path, outcome: 'imported', ok: true, trust: trustJson(trust, room), error: null },
		`${path}: of ${trust.date.toISOString()}, to be used until ${trust.until.toISOString()}\n` +
			`  use it with: --trust ${quote(anchors)} --validation-data ${quote(data)}`,
	);
	return ExitCode.ok;
}

export async function showLog(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, { ...keyTable, out: 'text' });
	if (files.length > 0) throw new UsageError(`'${files[0]}' is one too many`, { hint: 'See `paraph room --help`.' });
	const output = new Output(io, options.json);
	const room = openRoom(options.room, io.env);
	if (options.out !== undefined) {
		await unlock(room, options, io);
		await room.exportLog(options.out, systemClock.now());
		output.result(
			{ out: options.out, outcome: 'exported', ok: true, entries: room.log().length, error: null },
			`${options.out}: the log of ${room.folder}, signed by the room`,
		);
		return ExitCode.ok;
	}
	for (const entry of room.log()) output.result(entry, `${entry.seq}  ${entry.at}  ${entry.event}`);
	return ExitCode.ok;
}

function trustJson({ date, ageInDays, until, expired }: TrustState, room: Room): object {
	const { anchors, data } = room.trustFolders;
	return { date: date.toISOString(), ageInDays, until: until.toISOString(), expired, anchors, data };
}

function trustWarnings(trust: TrustState | undefined): readonly string[] {
	if (!trust) return ['this room has no trust material: import what `paraph room trust` made'];
	if (trust.expired)
		return [`the trust material is ${trust.ageInDays} days old, it was to be used until ${trust.until.toISOString()}`];
	return [];
}

/** For a POSIX shell. */
const quote = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
