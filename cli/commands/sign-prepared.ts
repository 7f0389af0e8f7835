import { existsSync, readFileSync } from 'node:fs';
import { inLanes } from '../../core/batch/lanes.ts';
import { SigningGroups } from '../../core/batch/signingGroups.ts';
import { checkSignature } from '../../core/pades/embed.ts';
import { writeOutput } from '../../core/pades/outputFile.ts';
import { decodePrepared, type Prepared } from '../../core/pades/prepared.ts';
import { type PreparedRequest, readRequest } from '../../core/pades/preparedRequest.ts';
import { certificateOf, checkSignerCertificate } from '../../core/pades/signerCertificate.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { Signer } from '../../core/ports/signer.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { visibleText } from '../../core/ports/visibleText.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { shapeError, UsageError } from '../errors.ts';
import { isNetwork } from '../outcomeReport.ts';
import { Output } from '../output.ts';
import { keyHelp, keyOptionTable, openSigner } from '../tokenOptions.ts';
import { configure } from '../workplace.ts';

export const help = `Usage: paraph sign-prepared FILE.prepared… --token URI [OPTIONS]

Signs what 'paraph prepare' wrote and puts NAME.signature beside it, after saying what it is: name, pages and digest of the
document. Needs no document and opens no IP connection, except to the service of a --remote key.

${keyHelp}
  --force                   replace existing signatures
  --config FILE             use this configuration
  --json                    one JSON object a line

Exit codes: 0 all signed · 1 some were not · 2 usage · 3 token or PIN ended the run · 4 the service of a
--remote key was not reached · 130 cancelled`;

const table = { ...commonOptions, ...keyOptionTable, force: 'flag' } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files } = parseArguments(args, table);
	if (files.length === 0) throw new UsageError('no file is named', { hint: 'See `paraph sign-prepared --help`.' });
	const output = new Output(io, options.json);
	// Nothing is asked of the network but a key that is there.
	const offline = options.remote === undefined;
	const work = { config: options.config, trust: [], 'validation-data': [], offline };
	const signer = await openSigner(options, configure(work, [], io), io);
	const groups = new SigningGroups(signer, files.length);
	let code: number = ExitCode.ok;
	const told = (file: string, outcome: 'failed' | 'cancelled', reason: unknown): void => {
		const error = shapeError(reason);
		const text = `${file}: ${outcome}\n  ${error.message}\n  ${error.hint}`;
		output.result({ file, out: null, outcome, ok: false, error }, text);
	};
	let refusal: TokenError | undefined;
	const signOne = async (file: string): Promise<void> => {
		const turn = groups.turn();
		try {
			// Nothing more is sent to a token that refused.
			if (refusal || io.signal.aborted) return told(file, 'cancelled', refusal ?? io.signal.reason);
			const asked = readAsked(file, turn.signer, options.force);
			output.hint(`${file}: ${asText(asked.request)}`);
			await signAsked(asked, turn.signer, io.signal);
			const { out, request } = asked;
			const { field } = asked.prepared;
			output.result(
				{ file, out, outcome: 'signed', ok: true, field, ...documentJson(request), error: null },
				`${file}: signed → ${out}`,
			);
		} catch (error) {
			const isFinal = error instanceof TokenError && error.final;
			told(file, (isFinal && refusal) || io.signal.aborted ? 'cancelled' : 'failed', error);
			if (isFinal) refusal ??= error;
			if (code === ExitCode.ok) code = isNetwork(error) ? ExitCode.network : ExitCode.failed;
		} finally {
			turn.end();
		}
	};
	try {
		await inLanes(groups.size, files, signOne);
		if (io.signal.aborted) return ExitCode.cancelled;
		return refusal ? ExitCode.token : code;
	} finally {
		await signer.close();
	}
}

/** What is to be signed, and where the signature goes. */
interface Asked {
	readonly prepared: Prepared;
	readonly request: PreparedRequest;
	readonly out: string;
}

/** Finds everything that keeps it from being signed before the key is used. */
function readAsked(file: string, signer: Signer, force: boolean): Asked {
	const prepared = decodePrepared(readFileSync(file, 'utf8'), file);
	if (Buffer.compare(prepared.certificate, signer.certificate) !== 0) {
		throw new SigningError('prepared-mismatch', `${file} was prepared for another certificate than the key's`);
	}
	checkSignerCertificate(certificateOf(signer), systemClock.now());
	const request = readRequest(prepared, file);
	const out = `${file.replace(/\.prepared$/, '')}.signature`;
	if (!force && existsSync(out)) throw new SigningError('output-exists', `${out} exists already`, { subject: out });
	return { prepared, request, out };
}

async function signAsked({ prepared, out }: Asked, signer: Signer, signal: AbortSignal): Promise<void> {
	const signature = await signer.sign(prepared.signedAttributes, prepared.algorithm, signal);
	checkSignature(prepared, signature);
	await writeOutput(out, signature, 'force');
}

/** Before the signature, so that what is about to be signed was to be read. */
function asText({ document, size, sha256, messageDigest }: PreparedRequest): string {
	const what = document
		? `'${visibleText(document.name)}', ${document.pages} page${document.pages === 1 ? '' : 's'}, `
		: '';
	return `${what}${size} bytes\n  SHA-256 of the document ${sha256}\n  what is signed           ${messageDigest}`;
}

const documentJson = ({ document, size, sha256, messageDigest }: PreparedRequest): object => ({
	document: { name: document?.name ?? null, pages: document?.pages ?? null, size, sha256, messageDigest },
});
