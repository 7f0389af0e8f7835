import type { PinProvider, PinRequest } from '../native/pin.ts';
import type { Io } from './command.ts';
import { promptSecret } from './prompt.ts';
import { secretSource } from './secretSource.ts';

/** Options that say where the PIN is; none carries the PIN itself. */
export const pinOptionTable = { 'pin-env': 'text', 'pin-file': 'text' } as const;

export const pinHelp = `  --pin-env VAR, --pin-file FILE
                            where the PIN is; else it is asked for on the terminal`;

/**
 * Where the PIN comes from: read anew each time it is wanted, never kept.
 *
 * @throws {UsageError} when the variable is not set or the file cannot be read.
 */
export function pinSource(
	options: { readonly 'pin-env': string | undefined; readonly 'pin-file': string | undefined },
	io: Io,
): PinProvider {
	const given = secretSource('pin', { env: options['pin-env'], file: options['pin-file'] }, io);
	return given ? async () => given() : (request) => ask(request, io);
}

async function ask(request: PinRequest, io: Io): Promise<string | undefined> {
	const { token, reader, entry, state, purpose } = request;
	if (entry === 'pad') {
		io.stderr.write(`Enter the PIN of '${token}' on the reader ${reader}.\n`);
		return '';
	}
	if (state === 'last-try') io.stderr.write(`'${token}': this is the last try before the PIN is locked.\n`);
	if (state === 'tried-wrongly') io.stderr.write(`'${token}': a wrong PIN has been entered before.\n`);
	const suffix = purpose === 'signature' ? ' (asked for each signature)' : '';
	return promptSecret(io, `PIN of '${token}'${suffix}: `);
}
