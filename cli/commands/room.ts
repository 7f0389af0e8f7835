import type { Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { signatureHelp } from '../signatureOptions.ts';
import { tsaHelp } from '../timestampServers.ts';
import { workplaceHelp } from '../workplace.ts';

export const help = `Usage: paraph room SUBCOMMAND …

Signs where no network reaches: documents are packed outside, signed inside, and get their proof outside again.
A bundle is encrypted to its receiver, signed by its sender, and numbered; one that is altered, foreign, seen before or
out of order is refused, and nothing is written.

Inside
  room init DIR                       makes the room's keys, and room.pem to be carried out
    --token URI                       guards them by a key in a token: object=LABEL names it, made where there is none
    --pin-env VAR, --pin-file FILE    its PIN, here and for open and seal; else it is asked for
  room import-trust FILE              takes in what 'room trust' made
  room open BUNDLE --out-dir DIR      verifies, decrypts, lays out; then: paraph sign --offline DIR …
  room seal DIR --out BUNDLE          packs what was signed of the bundle opened in DIR
    --partial                         also when some documents are not signed
  room log                            what happened in the room, the chain verified
    --out FILE                        as evidence to be carried out: signed by the room (CMS, the log inside)
  --room DIR                          another room than the one made last
  --confirm-clock                     the clock is right, though it runs behind what the room has seen

Outside
  room trust --out FILE               anchors and validation data of the configuration, as one signed file
    --max-age DAYS                    how old it may become, 30 if not said
  room pack FILE… --room room.pem --out BUNDLE [OPTIONS]
    --level LEVEL                     what the signatures are to become
    --due TIME                        when they are wanted outside: a certificate that ends sooner is warned of inside
    --digest sha256|sha384|sha512, --pss, --files-from FILE|-
${signatureHelp}
  room return BUNDLE --out-dir DIR [--level LEVEL] [OPTIONS]
    --password-env VAR                password of encrypted PDFs
${tsaHelp}
${workplaceHelp}

  --accept-loss                       for open and return: bundles before this one are lost for good
  --json                              one JSON object a line

Exit codes: 0 done · 1 refused, or not extended · 2 usage · 4 laid out, only the network was wanting`;

type Subcommand = (args: readonly string[], io: Io) => Promise<number> | number;

const subcommands: Readonly<Record<string, () => Promise<Subcommand>>> = {
	init: async () => (await import('../room/inside.ts')).initRoom,
	open: async () => (await import('../room/inside.ts')).openBundle,
	seal: async () => (await import('../room/inside.ts')).sealBundle,
	log: async () => (await import('../room/inside.ts')).showLog,
	'import-trust': async () => (await import('../room/inside.ts')).importTrust,
	pack: async () => (await import('../room/outside.ts')).packBundle,
	return: async () => (await import('../room/outside.ts')).takeBundleBack,
	trust: async () => (await import('../room/outside.ts')).makeTrust,
};

export async function run(args: readonly string[], io: Io): Promise<number> {
	const [name = '', ...rest] = args;
	const load = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
	if (!load)
		throw new UsageError(`'${name}' is none of ${Object.keys(subcommands).join(', ')}`, {
			hint: 'See `paraph room --help`.',
		});
	return (await load())(rest, io);
}
