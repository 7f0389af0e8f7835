import { readFileSync, writeFileSync } from 'node:fs';
import { checkSignature } from '../../core/pades/embed.ts';
import { decodePrepared } from '../../core/pades/prepared.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { shapeError, UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { keyHelp, keyOptionTable, openSigner } from '../tokenOptions.ts';
import { configure } from '../workplace.ts';

export const help = `Usage: paraph sign-prepared FILE.prepared… --token URI [OPTIONS]

Signs what 'paraph prepare' wrote and puts NAME.signature beside it. Needs no document and opens no IP connection,
except to the service of a --remote key.

${keyHelp}
  --force                   replace existing signatures
  --config FILE             use this configuration
  --json                    one JSON object a line

Exit codes: 0 all signed · 1 some were not · 2 usage · 3 token or PIN ended the run · 130 cancelled`;

const table = { ...commonOptions, ...keyOptionTable, force: 'flag' } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, table);
	if (files.length === 0) throw new UsageError('no file is named', { hint: 'See `paraph sign-prepared --help`.' });
	const output = new Output(io, options.json);
	// Nothing is asked of the network but a key that is there.
	const offline = options.remote === undefined;
	const work = { config: options.config, trust: [], 'validation-data': [], offline };
	const signer = await openSigner(options, configure(work, [], io), io);
	let code: number = ExitCode.ok;
	try {
		for (const file of files) {
			if (io.signal.aborted) return ExitCode.cancelled;
			try {
				const prepared = decodePrepared(readFileSync(file, 'utf8'), file);
				if (Buffer.compare(prepared.certificate, signer.certificate) !== 0) {
					throw new SigningError('prepared-mismatch', `${file} was prepared for another certificate than the key's`);
				}
				const out = `${file.replace(/\.prepared$/, '')}.signature`;
				const signature = await signer.sign(prepared.signedAttributes, prepared.algorithm, io.signal);
				checkSignature(prepared, signature);
				writeFileSync(out, signature, { flag: options.force ? 'w' : 'wx' });
				output.result(
					{ file, out, outcome: 'signed', ok: true, field: prepared.field, error: null },
					`${file}: signed → ${out}`,
				);
			} catch (error) {
				const shaped = shapeError(error);
				output.result(
					{ file, out: null, outcome: 'failed', ok: false, error: shaped },
					`${file}: failed\n  ${shaped.message}\n  ${shaped.hint}`,
				);
				// Nothing more is sent to a token that refused.
				if (error instanceof TokenError) return ExitCode.token;
				code = ExitCode.failed;
			}
		}
		return code;
	} finally {
		await signer.close();
	}
}
