import type { Signer } from '../../core/ports/signer.ts';
import { isEmail } from '../../preload/contract.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { keyOptionTable, openSigner } from '../tokenOptions.ts';
import { configure, workplaceOptionTable } from '../workplace.ts';
import { type Office, withOffice } from './office.ts';

const table = { ...commonOptions, ...workplaceOptionTable, ...keyOptionTable } as const;

/** Logs in at a service with the key of an authentication certificate. */
export const login = (args: readonly string[], io: Io): Promise<number> =>
	withCard(args, io, async ({ account, opened }, signer, [service, ...more]) => {
		if (service === undefined || more.length > 0) throw new UsageError('one address of a service is wanted');
		if (!URL.canParse(service))
			throw new UsageError(`'${service}' is no address`, { hint: 'Such as https://sign.example.com' });
		await account.logIn(service, signer, io.signal);
		await opened.sync.exchange(io.signal);
	});

/** Enrols a certificate to sign with, where postings name no identifier. */
export const enrol = (args: readonly string[], io: Io): Promise<number> =>
	withCard(args, io, ({ account }, signer) => account.enrol(signer, io.signal));

/** The enrolled certificates, one line each. */
export async function certificates(args: readonly string[], io: Io): Promise<number> {
	const { options, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	return withOffice(configure(options, order, io), io, output, async ({ account }) => {
		for (const certificate of await account.certificates()) {
			const { sha256, subject, issuer, notAfter, assurance, enrolledAt } = certificate;
			const line = `${subject}, by ${issuer}, until ${notAfter}; enrolled ${enrolledAt} at level ${assurance}`;
			output.result(certificate, `${sha256}  ${line}`);
		}
		return ExitCode.ok;
	});
}

/** Gives up enrolled certificates, named by their SHA-256 or its beginning. */
export async function unenrol(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	return withOffice(configure(options, order, io), io, output, async ({ account }) => {
		const enrolled = await account.certificates();
		const [named = '', ...more] = files;
		const [found, other] = enrolled.filter(({ sha256 }) => named !== '' && sha256.startsWith(named));
		if (!found || other || more.length > 0) {
			throw new UsageError(`'${files.join(' ')}' is not one certificate that you have enrolled`, {
				hint: '`paraph postings certificates` lists them.',
			});
		}
		await account.giveUpCertificate(found.sha256);
		output.result({ sha256: found.sha256, enrolled: false }, `${found.sha256}  given up`);
		return ExitCode.ok;
	});
}

/** Forgets the account with what is here of it. */
export async function logout(args: readonly string[], io: Io): Promise<number> {
	const { options, order } = parseArguments(args, { ...table, discard: 'flag' } as const);
	const output = new Output(io, options.json);
	return withOffice(configure(options, order, io), io, output, async ({ account, opened }) => {
		const waits = opened.sync.outbox.queued().length;
		if (waits > 0 && !options.discard) {
			throw new UsageError(`${waits} things that were done here have not been sent`, {
				hint: 'Send them with `paraph postings sync`, or give them up with --discard.',
			});
		}
		await account.logOut();
		output.result({ loggedOut: true }, 'logged out');
		return ExitCode.ok;
	});
}

/** Who is logged in where; and where letters go, where that is to be another address. */
export async function account(args: readonly string[], io: Io): Promise<number> {
	const { options, order } = parseArguments(args, { ...table, email: 'text' } as const);
	const { email } = options;
	if (email !== undefined && !isEmail(email)) throw new UsageError(`'${email}' is no e-mail address`);
	const output = new Output(io, options.json);
	return withOffice(configure(options, order, io), io, output, async (office) => {
		if (email !== undefined) await office.account.describe({ email });
		await tell(office, output);
		return ExitCode.ok;
	});
}

async function withCard(
	args: readonly string[],
	io: Io,
	work: (office: Office, signer: Signer, files: readonly string[]) => Promise<void>,
): Promise<number> {
	const { options, files, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	return withOffice(configuration, io, output, async (office) => {
		const signer = await openSigner(options, configuration, io);
		try {
			await work(office, signer, files);
		} finally {
			await signer.close();
		}
		await tell(office, output);
		return ExitCode.ok;
	});
}

async function tell({ account: desk }: Office, output: Output): Promise<void> {
	const found = await desk.get();
	output.result(
		found ?? { service: null },
		found ? `${found.name} at ${found.service}, level ${found.assurance}` : 'nobody is logged in',
	);
}
