import { parseArgs } from 'node:util';
import { UsageError } from './errors.ts';

/** `text` takes a value, `texts` may be repeated, `flag` takes none. */
export type OptionKind = 'flag' | 'text' | 'texts';
export type OptionTable = Readonly<Record<string, OptionKind>>;

type ValueOf<K extends OptionKind> = K extends 'flag'
	? boolean
	: K extends 'text'
		? string | undefined
		: readonly string[];

/** A parsed command line: a value for every option of the table, and in `order` as they were written. */
export interface Arguments<T extends OptionTable> {
	readonly options: { readonly [K in keyof T]: ValueOf<T[K]> };
	readonly files: readonly string[];
	/** Options in the order written, for those that belong to the one before them (`--tsa-auth-env` to its `--tsa`). */
	readonly order: readonly { readonly name: string; readonly value: string }[];
}

/** Every command takes these. */
export const commonOptions = { json: 'flag', help: 'flag', config: 'text' } as const satisfies OptionTable;

/**
 * Reads a command line against a table of options.
 *
 * @throws {UsageError} for an unknown option, a missing or a superfluous value, a repeated option that may not be.
 */
export function parseArguments<const T extends OptionTable>(args: readonly string[], table: T): Arguments<T> {
	const { tokens } = tokenize(args, table);
	const flags = new Set<string>();
	const texts = new Map<string, string[]>();
	const files: string[] = [];
	const order: { name: string; value: string }[] = [];
	for (const token of tokens) {
		if (token.kind === 'positional') files.push(token.value);
		if (token.kind !== 'option') continue;
		if (token.value === undefined) {
			flags.add(token.name);
			continue;
		}
		const values = texts.get(token.name) ?? [];
		if (values.length > 0 && table[token.name] === 'text') throw new UsageError(`--${token.name} is given twice`);
		texts.set(token.name, [...values, token.value]);
		order.push({ name: token.name, value: token.value });
	}
	const options = Object.fromEntries(
		Object.entries(table).map(([name, kind]) => {
			if (kind === 'flag') return [name, flags.has(name)];
			return [name, kind === 'text' ? texts.get(name)?.[0] : (texts.get(name) ?? [])];
		}),
	);
	// The entries were made kind by kind from the table: the mapped type says what the loop above did.
	return { options: options as Arguments<T>['options'], files, order };
}

function tokenize(args: readonly string[], table: OptionTable) {
	const options = Object.fromEntries(
		Object.entries(table).map(([name, kind]) => [
			name,
			{ type: kind === 'flag' ? ('boolean' as const) : ('string' as const), multiple: true },
		]),
	);
	try {
		return parseArgs({ args: joinNegative(args, table), options, allowPositionals: true, strict: true, tokens: true });
	} catch (error) {
		const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
		throw new UsageError((message ?? '').replace(/\. To specify.*$/s, ''));
	}
}

/** `--offset -5,10`: a number may begin with a minus without being taken for an option. */
function joinNegative(args: readonly string[], table: OptionTable): string[] {
	const joined: string[] = [];
	for (const arg of args) {
		const previous = joined.at(-1);
		const kind = previous?.startsWith('--') ? table[previous.slice(2)] : undefined;
		if (/^-[\d.]/.test(arg) && kind !== undefined && kind !== 'flag') joined[joined.length - 1] = `${previous}=${arg}`;
		else joined.push(arg);
	}
	return joined;
}
