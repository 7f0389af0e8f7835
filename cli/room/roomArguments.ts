import { UsageError } from '../errors.ts';

const hint = 'See `paraph room --help`.';

/** The one thing that a subcommand is about. @throws {UsageError} */
export function onlyFile(files: readonly string[], what: string): string {
	const [file, ...more] = files;
	if (file === undefined) throw new UsageError(`${what} is missing`, { hint });
	if (more.length > 0) throw new UsageError(`'${more[0]}' is one too many`, { hint });
	return file;
}

/** @throws {UsageError} */
export function required(value: string | undefined, option: string): string {
	if (value === undefined) throw new UsageError(`${option} is missing`, { hint });
	return value;
}
