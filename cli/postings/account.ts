import type { Configuration } from '../../core/config/configuration.ts';
import type { Signer } from '../../core/ports/signer.ts';
import type { AccountDesk } from '../../main/postings/accountDesk.ts';
import { showInBrowser } from '../../native/csc/systemBrowser.ts';
import { isEmail, type SecondFactor } from '../../preload/contract.ts';
import { languageOf } from '../../preload/language.ts';
import { commonOptions, parseArguments } from '../arguments.ts';
import { ExitCode, type Io } from '../command.ts';
import { UsageError } from '../errors.ts';
import { Output } from '../output.ts';
import { promptSecret } from '../prompt.ts';
import { secretSource } from '../secretSource.ts';
import { type KeyArguments, keyOptionTable, openSigner } from '../tokenOptions.ts';
import { configure, workplaceOptionTable } from '../workplace.ts';
import { type Office, withOffice } from './office.ts';
import { giveSecondFactor } from './secondFactor.ts';

const table = { ...commonOptions, ...workplaceOptionTable, ...keyOptionTable } as const;

const loginTable = {
	...table,
	browser: 'flag',
	issuer: 'text',
	mail: 'text',
	'code-env': 'text',
	'code-file': 'text',
} as const;

/**
 * Logs in at a service: with the key of an authentication certificate, in the browser, or by a code sent by mail; an
 * administrator with the code of an authenticator besides.
 */
export async function login(args: readonly string[], io: Io): Promise<number> {
	const { options, files, order } = parseArguments(args, loginTable);
	const { browser, issuer, mail } = options;
	const service = addressOf(files);
	if (mail !== undefined && (browser || issuer !== undefined))
		throw new UsageError('--mail and --browser exclude each other');
	if (mail !== undefined && !isEmail(mail)) throw new UsageError(`'${mail}' is no e-mail address`);
	const code = secretSource('code', { env: options['code-env'], file: options['code-file'] }, io);
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	return withOffice(configuration, io, output, async (office) => {
		const { account } = office;
		let wanted: SecondFactor | null;
		if (mail !== undefined) wanted = await logInByMail(account, service, mail, io);
		else if (browser || issuer !== undefined) {
			const show = (url: string, code: string) => {
				io.stderr.write(`Log in in your browser: ${url}\nThe service's page behind it shows the code ${code}.\n`);
				showInBrowser(url);
			};
			const chosen = await issuerOf(account, service, issuer, io.signal);
			wanted = await account.logInByBrowser(service, { issuer: chosen, show, signal: io.signal });
		} else wanted = await withSigner(options, configuration, io, (signer) => account.logIn(service, signer, io.signal));
		if (wanted) await giveSecondFactor(account, wanted, code, io);
		await office.opened.sync.exchange(io.signal);
		await tell(office, output);
		return ExitCode.ok;
	});
}

function addressOf([service, ...more]: readonly string[]): string {
	if (service === undefined || more.length > 0) throw new UsageError('one address of a service is wanted');
	if (!URL.canParse(service))
		throw new UsageError(`'${service}' is no address`, { hint: 'Such as https://sign.example.com' });
	return service;
}

/** @param wanted its name or its address; left out where the service knows just one. @throws {UsageError} */
async function issuerOf(
	account: AccountDesk,
	service: string,
	wanted: string | undefined,
	signal: AbortSignal | undefined,
): Promise<string> {
	const { oidc } = await account.methods(service, signal);
	const fitting = oidc.filter(({ issuer, name }) => wanted === undefined || issuer === wanted || name === wanted);
	const [only, ...others] = fitting;
	if (only && others.length === 0) return only.issuer;
	throw new UsageError(
		only ? `${service} knows several issuers` : `${service} offers no such login in the browser`,
		oidc.length === 0 ? {} : { hint: `Name one with --issuer: ${oidc.map(({ name }) => `'${name}'`).join(', ')}.` },
	);
}

async function logInByMail(account: AccountDesk, service: string, email: string, io: Io): Promise<SecondFactor | null> {
	const language = languageOf('system', [Intl.DateTimeFormat().resolvedOptions().locale]);
	if (!io.stdin.isTTY)
		throw new UsageError('nobody can type the code: there is no terminal', { hint: 'Log in with a card.' });
	const begun = await account.sendCode(service, { email, language });
	const code = await promptSecret(io, `Code that was sent to ${email}: `);
	if (code === undefined) throw new DOMException('the code was not typed', 'AbortError');
	return account.logInByCode(service, begun, code.trim());
}

/** Enrols a certificate to sign with, where postings name no identifier. */
export async function enrol(args: readonly string[], io: Io): Promise<number> {
	const { options, order } = parseArguments(args, table);
	const output = new Output(io, options.json);
	const configuration = configure(options, order, io);
	return withOffice(configuration, io, output, async (office) => {
		await withSigner(options, configuration, io, (signer) => office.account.enrol(signer, io.signal));
		await tell(office, output);
		return ExitCode.ok;
	});
}

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

async function withSigner<Result>(
	options: KeyArguments,
	configuration: Configuration,
	io: Io,
	work: (signer: Signer) => Promise<Result>,
): Promise<Result> {
	const signer = await openSigner(options, configuration, io);
	try {
		return await work(signer);
	} finally {
		await signer.close();
	}
}

async function tell({ account: desk }: Office, output: Output): Promise<void> {
	const found = await desk.get();
	output.result(
		found ?? { service: null },
		found ? `${found.name} at ${found.service}, level ${found.assurance}` : 'nobody is logged in',
	);
}
