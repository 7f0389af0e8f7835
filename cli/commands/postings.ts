import type { Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { tsaHelp } from '../timestampServers.ts';
import { keyHelp } from '../tokenOptions.ts';
import { workplaceHelp } from '../workplace.ts';

export const help = `Usage: paraph postings SUBCOMMAND … [--json]

Sends documents to others for signature, and signs what others sent; what the inbox of the window can do. Both share one
encrypted store: what cannot be sent waits in it, and goes out with the next command or the window.

The account
  login SERVICE --token URI       logs in with the card's authentication certificate
  login SERVICE --browser [--issuer NAME]
                                  logs in in the browser, at one of the issuers that the service accepts
  login SERVICE --mail ADDRESS    logs in by a code that is sent there
    --code-env VAR, --code-file FILE
                                  where the code of an administrator's authenticator is; else it is asked for on the
                                  terminal, and an authenticator is set up there
  enrol --token URI               a certificate to sign with, where a posting names no identifier
  certificates, unenrol SHA256    those that are enrolled; gives one up
  account [--email ADDRESS]       who is logged in; where letters go
  logout [--discard]
Looking
  list [--box inbox|outbox]       one line a posting
  show ID, events ID              ID may be its beginning
  sync                            sends what waits, takes what is new
Sending
  create FILE… --to 'Kari Nordmann <kari@example.com> PNONO-15038412345' … [OPTIONS]
    --step N, --role signer|approver|viewer|witness
                                  hold for every --to behind them
    --title TEXT, --message TEXT
    --level b-b|b-t|b-lt|b-lta    what signatures must reach, b-lta if not said
    --assurance 1|2|3|4           how sure it must be who signs, 3 if not said
    --until DATE, --delete DATE   two weeks, three months; a year at most
    --remind DAYS                 0: never by itself; 3 if not said
    --allow-delegation
  create --spec FILE              all of it as JSON, with steps, counts, documents and fields
  remind ID PERSON, replace ID PERSON --to …, cancel ID [--reason TEXT], accept-decline ID
Taking part
  sign ID [DOCUMENT…] --token URI [--reason TEXT] [--location TEXT]
  complete ID                     adds what a signature lacks that was made and kept, and sends it
  approve ID, decline ID --reason TEXT, delegate ID --to …
  document ID [DOCUMENT] --out FILE
  receipt ID --out FILE [--release]
When it has ended
  download ID --out FILE|--out-dir DIR [--acknowledge]
What the service did not take
  again OPID, give-up OPID

The key
${keyHelp}
${tsaHelp}
${workplaceHelp}

Exit codes: 0 done · 1 refused, or not all signed · 2 usage · 3 token or PIN · 4 kept, and sent when the service can be
reached, or to be completed · 130 cancelled`;

type Subcommand = (args: readonly string[], io: Io) => Promise<number>;

const subcommands: Readonly<Record<string, () => Promise<Subcommand>>> = {
	login: async () => (await import('../postings/account.ts')).login,
	logout: async () => (await import('../postings/account.ts')).logout,
	enrol: async () => (await import('../postings/account.ts')).enrol,
	certificates: async () => (await import('../postings/account.ts')).certificates,
	unenrol: async () => (await import('../postings/account.ts')).unenrol,
	account: async () => (await import('../postings/account.ts')).account,
	list: async () => (await import('../postings/show.ts')).list,
	show: async () => (await import('../postings/show.ts')).show,
	events: async () => (await import('../postings/show.ts')).events,
	sync: async () => (await import('../postings/show.ts')).sync,
	create: async () => (await import('../postings/create.ts')).create,
	sign: async () => (await import('../postings/sign.ts')).sign,
	complete: async () => (await import('../postings/sign.ts')).complete,
	approve: async () => (await import('../postings/acts.ts')).approve,
	decline: async () => (await import('../postings/acts.ts')).decline,
	delegate: async () => (await import('../postings/acts.ts')).delegate,
	cancel: async () => (await import('../postings/acts.ts')).cancel,
	remind: async () => (await import('../postings/acts.ts')).remind,
	replace: async () => (await import('../postings/acts.ts')).replace,
	'accept-decline': async () => (await import('../postings/acts.ts')).acceptDecline,
	again: async () => (await import('../postings/acts.ts')).again,
	'give-up': async () => (await import('../postings/acts.ts')).giveUp,
	document: async () => (await import('../postings/take.ts')).document,
	receipt: async () => (await import('../postings/take.ts')).receipt,
	download: async () => (await import('../postings/take.ts')).download,
};

export async function run(args: readonly string[], io: Io): Promise<number> {
	const [name = '', ...rest] = args;
	const load = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
	if (!load)
		throw new UsageError(`'${name}' is none of ${Object.keys(subcommands).join(', ')}`, {
			hint: 'See `paraph postings --help`.',
		});
	return (await load())(rest, io);
}
