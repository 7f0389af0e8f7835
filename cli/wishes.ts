/** The files to be signed, each with what the command line and a list say of it: the same for `sign` and `prepare`. */
import type { Level } from '../core/pades/level.ts';
import type { Io } from './command.ts';
import { parseCsv } from './csv.ts';
import { UsageError } from './errors.ts';
import { expandInputs, readVariable } from './inputs.ts';
import { readOptionFile } from './optionFile.ts';
import {
	type RequestedSignature,
	readLevel,
	readSignatureOptions,
	readTextPlace,
	readVisible,
	type SignatureArguments,
} from './signatureOptions.ts';

/** One file with everything that the command line or the list says of it. */
export interface Wish {
	readonly file: string;
	readonly out?: string | undefined;
	readonly level: Level;
	readonly signature: RequestedSignature;
	readonly password: string | undefined;
}

const listColumns = ['file', 'out', 'field', 'visible', 'at-text', 'reason', 'level', 'password-env'] as const;

interface WishArguments extends SignatureArguments {
	readonly 'files-from': string | undefined;
	readonly list: string | undefined;
	readonly 'password-env': string | undefined;
}

/**
 * @param level of those that the list gives none.
 * @param extension of the files that are taken from folders; all where it is empty.
 * @throws {UsageError}
 */
export function readWishes(
	files: readonly string[],
	options: WishArguments,
	level: Level,
	extension: string,
	io: Io,
): readonly Wish[] {
	const signature = readSignatureOptions(options);
	const password =
		options['password-env'] === undefined ? undefined : readVariable(io, options['password-env'], '--password-env');
	const plain = expandInputs(files, options['files-from'], extension).map((file) => ({
		file,
		level,
		signature,
		password,
	}));
	const listed = options.list === undefined ? [] : readList(options.list, options, { level, signature, password }, io);
	const wishes = [...plain, ...listed];
	if (wishes.length === 0) throw new UsageError('no file is named', { hint: 'See the --help of the command.' });
	return wishes;
}

function readList(
	path: string,
	options: WishArguments,
	defaults: Pick<Wish, 'level' | 'signature' | 'password'>,
	io: Io,
): readonly Wish[] {
	return parseCsv(readOptionFile('--list', path).toString('utf8'), listColumns, path).map((row, index) => {
		if (row.file === undefined) throw new UsageError(`${path}: row ${index + 1} names no file`);
		const atText = row['at-text'];
		const place =
			row.visible !== undefined
				? readVisible(row.visible)
				: atText !== undefined
					? { place: undefined, soughtPlace: readTextPlace({ ...options, 'at-text': atText }) }
					: {};
		return {
			file: row.file,
			out: row.out,
			level: row.level === undefined ? defaults.level : readLevel(row.level),
			password: row['password-env'] === undefined ? defaults.password : readVariable(io, row['password-env'], path),
			signature: {
				...defaults.signature,
				...place,
				field: row.field ?? defaults.signature.field,
				reason: row.reason ?? defaults.signature.reason,
			},
		};
	});
}
