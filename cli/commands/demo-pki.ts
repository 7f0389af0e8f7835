import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type KeyKind, keyKinds } from '../../test/kit/demoPki.ts';
import { type DemoSite, startDemoSite } from '../../test/kit/demoSite.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';

export const help = `
Usage: paraph demo-pki [--dir DIR] [--signer KIND]… [--key KIND] [--name NAME] [--json]

Starts everything that trying Paraph out takes: a certification authority with OCSP, CRL, AIA and a time-stamping
authority, all on loopback, and a soft token (SoftHSM) with signers: two good ones, one expired, one revoked. Runs until
it is told to stop (Ctrl C). Its root is marked as a test anchor: nothing signed with it is ever called plainly valid.

  --dir DIR      keep everything in this folder; started on it again, it is the same authority at the same addresses.
                 Without it, a temporary folder is used and removed at the end.
  --signer KIND  one more signer in the token, with a key of this kind; repeatable
  --key KIND     the kind of the authorities' keys (default: p256)
  --name NAME    what the authorities are called (default: Paraph Demo)
  --json         one JSON line once all is up: config, trust, tsa, ocsp, crl, caIssuers, token, pin, pinFile,
                 module, environment, signers

KIND is one of ${keyKinds.join(', ')}.
`;

const options = { ...commonOptions, dir: 'text', signer: 'texts', key: 'text', name: 'text' } as const;

export async function run(args: readonly string[], io: Io): Promise<number> {
	const { options: given, files } = parseArguments(args, options);
	if (files.length > 0)
		throw new UsageError(`'${files[0]}' is not an option`, { hint: 'See `paraph demo-pki --help`.' });
	const signers = given.signer.map(parseKind);
	const key = given.key === undefined ? {} : { key: parseKind(given.key) };
	const name = given.name === undefined ? {} : { name: given.name };

	const kept = given.dir === undefined ? undefined : resolve(given.dir);
	const directory = kept ?? mkdtempSync(join(tmpdir(), 'paraph-demo-'));
	let site: DemoSite | undefined;
	try {
		site = await startDemoSite({ directory, signers, ...key, ...name });
		new Output(io, given.json).result({ event: 'ready', ...facts(site) }, textFor(site));
		await aborted(io.signal);
	} finally {
		await site?.close();
		if (kept === undefined) rmSync(directory, { recursive: true, force: true });
	}
	return ExitCode.ok;
}

function parseKind(kind: string): KeyKind {
	const known = keyKinds.find((candidate) => candidate === kind);
	if (known === undefined)
		throw new UsageError(`there is no kind of key '${kind}'`, { hint: `Choose from ${keyKinds.join(', ')}.` });
	return known;
}

/** What a script needs to sign with this site; `token` is the URI of the first signer. */
function facts({ directory, config, pki, token, trust, pinFile, signers }: DemoSite) {
	return {
		directory,
		config,
		trust,
		tsa: pki.tsa.url,
		ocsp: pki.ocsp.url,
		crl: pki.issuing.addresses.crl,
		caIssuers: pki.issuing.addresses.caIssuers,
		token: token.uri(signers[0]?.label),
		pin: token.pin,
		pinFile,
		module: token.modulePath,
		environment: token.environment,
		signers: signers.map((signer) => ({ ...signer, uri: token.uri(signer.label) })),
	};
}

function textFor(site: DemoSite): string {
	const { pki, token, trust, pinFile, config, signers } = site;
	const people = signers.map(
		({ label, subject, key, state }) =>
			`    ${label.padEnd(14)}${subject}, ${key}${state === 'valid' ? '' : `, ${state}`}`,
	);
	return `The demo PKI is up. Its certificates are for trying out: they prove nothing to anybody.

  Time-stamping  ${pki.tsa.url}
  OCSP           ${pki.ocsp.url}
  CRL            ${pki.issuing.addresses.crl}
  Issuer         ${pki.issuing.addresses.caIssuers}
  Root           ${trust}
  Token          ${token.label}, PIN ${token.pin}
${people.join('\n')}

To sign with it, in another terminal:

  export SOFTHSM2_CONF='${token.environment.SOFTHSM2_CONF}'
  export PARAPH_CONFIG='${config}'
  paraph sign FILE.pdf --pin-file '${pinFile}' --token '${token.uri(signers[0]?.label)}'
  paraph verify FILE-signed.pdf

Ctrl C stops it.`;
}

/** Resolves once the process was told to stop. */
function aborted(signal: AbortSignal): Promise<void> {
	if (signal.aborted) return Promise.resolve();
	return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
