import { basename, join } from 'node:path';
import { Draft } from '../../core/pades/draft.ts';
import { writeOutput } from '../../core/pades/outputFile.ts';
import { prepare } from '../../core/pades/prepare.ts';
import { encodePrepared } from '../../core/pades/prepared.ts';
import { checkSignerCertificate } from '../../core/pades/signerCertificate.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { describeSigner } from '../../core/pades/signingRun.ts';
import { loadCertificates } from '../../core/pki/validationData.ts';
import { systemClock } from '../../core/ports/clock.ts';
import { roomForToken } from '../../core/tsp/tokenSizes.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { readDigest } from '../digestOption.ts';
import { shapeError, UsageError } from '../errors.ts';
import { openEvidence } from '../evidence.ts';
import { makeFolder, nameOutputs } from '../inputs.ts';
import { Output } from '../output.ts';
import { rememberingOrigin } from '../ownCertificates.ts';
import { signatureHelp, signatureOptionTable } from '../signatureOptions.ts';
import { resolveSignature } from '../signaturePlace.ts';
import { tsaHelp, tsaOptionTable } from '../timestampServers.ts';
import { rememberedTokenSizes } from '../tokenSizes.ts';
import { readWishes } from '../wishes.ts';
import { configure, openFetcher, wantedLevel, workplaceHelp, workplaceOptionTable } from '../workplace.ts';

export const help = `Usage: paraph prepare FILE… --certificate CERT --out-dir DIR [OPTIONS]

Puts everything but the signature into place and writes NAME.prepared into DIR, to be signed elsewhere with
'paraph sign-prepared' and finished with 'paraph embed'.

  --files-from FILE|-       names, one a line
  --list CSV                as for 'paraph sign'
  --certificate CERT        PEM or DER: the signer's certificate first, then its chain
  --out-dir DIR             where the .prepared files go
  --force                   replace existing ones
  --level LEVEL             what the signature is to become; decides how much room is kept
  --digest sha256|sha384|sha512, --pss
  --password-env VAR        password of encrypted PDFs
${signatureHelp}
${tsaHelp}
${workplaceHelp}
  --json                    one JSON object a line

Exit codes: 0 all prepared · 1 some were not · 2 usage`;

const table = {
	...commonOptions,
	...signatureOptionTable,
	...tsaOptionTable,
	...workplaceOptionTable,
	certificate: 'text',
	'files-from': 'text',
	list: 'text',
	'out-dir': 'text',
	force: 'flag',
	level: 'text',
	digest: 'text',
	'password-env': 'text',
} as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	const { certificate: path, 'out-dir': outDir } = options;
	if (path === undefined) throw new UsageError('--certificate is missing', { hint: 'See `paraph prepare --help`.' });
	if (outDir === undefined) throw new UsageError('--out-dir is missing', { hint: 'See `paraph prepare --help`.' });
	const configuration = configure(options, order, io);
	const defaultLevel = wantedLevel(options.level, configuration);
	const digest = readDigest(options.digest) ?? configuration.get('digest');
	const named = nameOutputs(readWishes(files, options, defaultLevel, '.pdf', io), {
		out: undefined,
		outDir,
		suffix: (file) => join(outDir, `${basename(file).replace(/\.pdf$/i, '')}.prepared`),
	});
	makeFolder(outDir);
	const [certificate, ...carried] = loadCertificates(path);
	if (!certificate) throw new UsageError(`--certificate: ${path} holds no certificate`);
	checkSignerCertificate(certificate, systemClock.now());
	const evidence = await openEvidence(configuration, await openFetcher(configuration), rememberingOrigin(io.env));
	const { chain, revoked } = await evidence.standing(
		certificate.raw,
		carried.map(({ raw }) => raw),
		io.signal,
	);
	if (revoked)
		throw new SigningError('certificate-revoked', `the certificate was revoked at ${revoked.at.toISOString()}`);
	const timestampAddresses = configuration.get('tsa').map(({ url }) => url);
	const sizes = rememberedTokenSizes(io.env);
	let failures = 0;
	for (const { file, out, level, password, signature } of named) {
		let draft: Draft | undefined;
		try {
			draft = Draft.open(file, { password, digest });
			const prepared = await prepare({
				document: draft.document,
				content: draft,
				certificate,
				chain,
				options: await resolveSignature(draft, { ...signature, digest, signingTime: systemClock.now() }),
				level,
				timestampRoom: roomForToken(sizes, timestampAddresses),
				timestampAddresses,
			});
			const document = { name: basename(file), pages: draft.document.pages.count };
			await writeOutput(out, Buffer.from(encodePrepared({ ...prepared, document })), options.force ? 'force' : 'never');
			const { field, warnings } = prepared;
			const signer = describeSigner(certificate);
			output.result(
				{ file, out, outcome: 'prepared', ok: true, requested: level, field, signer, warnings, error: null },
				`${file}: prepared → ${out}`,
			);
		} catch (error) {
			failures++;
			const shaped = shapeError(error);
			output.result(
				{ file, out: null, outcome: 'failed', ok: false, requested: level, error: shaped },
				`${file}: failed\n  ${shaped.message}\n  ${shaped.hint}`,
			);
		} finally {
			draft?.close();
		}
	}
	return failures === 0 ? ExitCode.ok : ExitCode.failed;
}
