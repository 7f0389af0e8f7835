import { ServiceError } from '../../core/sync/serviceError.ts';
import type { AccountDesk } from '../../main/postings/accountDesk.ts';
import { isLoginCode, type SecondFactor } from '../../preload/contract.ts';
import type { Io } from '../command.ts';
import { promptSecret } from '../prompt.ts';

/**
 * Completes an administrator's login by the code of their authenticator, which is set up on the terminal where they have none.
 * On the terminal a wrong code is asked for again, as long as the service takes another.
 *
 * @param given where the options name the code; else it is asked for.
 * @throws {NetworkError} {ServiceError} {DOMException} `AbortError`, where none is typed.
 */
export async function giveSecondFactor(
	account: AccountDesk,
	{ login, enrolled }: SecondFactor,
	given: (() => string) | undefined,
	io: Io,
): Promise<void> {
	if (!enrolled) await setUp(account, login, io);
	else if (given) return account.giveCode(login, sixDigits(given()));
	else if (!io.stdin.isTTY)
		throw needed('Say where the code is with --code-env or --code-file, or log in on a terminal.');
	for (;;) {
		const code = await promptSecret(io, 'Code of your authenticator: ');
		if (code === undefined) throw new DOMException('the code was not typed', 'AbortError');
		try {
			return await account.giveCode(login, sixDigits(code));
		} catch (error) {
			if (!(error instanceof ServiceError) || error.code !== 'totp-wrong') throw error;
			io.stderr.write(`${error.message}\n${error.hint}\n`);
		}
	}
}

/** The secret is for the eyes of whoever sits there, and for no log. */
async function setUp(account: AccountDesk, login: string, io: Io): Promise<void> {
	if (!io.stdin.isTTY || !io.stderr.isTTY)
		throw needed('You have no authenticator yet: set one up once, on a terminal or in the window.');
	const { secret, uri } = await account.enrolAuthenticator(login);
	io.stderr.write(
		`You are an administrator here, and have no authenticator yet. Enter this secret in one; it is shown only now:\n` +
			`  ${secret.replace(/.{4}(?=.)/g, '$& ')}\n  ${uri}\n`,
	);
}

/** What can be no code is not sent, and no try is lost. */
function sixDigits(typed: string): string {
	const code = typed.replaceAll(/\s/g, '');
	if (isLoginCode(code)) return code;
	throw new ServiceError('totp-wrong', 'A code has six digits. It was not sent.', { hint: 'Type it as it is shown.' });
}

const needed = (hint: string): ServiceError =>
	new ServiceError('second-factor-needed', 'Your login needs the code of an authenticator besides.', { hint });
