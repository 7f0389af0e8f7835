/** `--remote`: what a remote signing service wants, from the environment, the configuration, the terminal, the browser. */
import type { Configuration } from '../core/config/configuration.ts';
import type { Signer } from '../core/ports/signer.ts';
import type { CodeProvider } from '../native/csc/activation.ts';
import type { OAuthClient } from '../native/csc/browserAuthorization.ts';
import { openCscSigner } from '../native/csc/openCscSigner.ts';
import { showInBrowser } from '../native/csc/systemBrowser.ts';
import type { PinProvider } from '../native/pin.ts';
import type { Io } from './command.ts';
import { UsageError } from './errors.ts';
import { promptSecret } from './prompt.ts';
import { openFetcher } from './workplace.ts';

/** @throws {UsageError}, {TokenError}, {NetworkError}. */
export async function openRemoteSigner(
	address: string,
	pin: PinProvider,
	configuration: Configuration,
	io: Io,
): Promise<Signer> {
	const loginVariable = configuration.get('remote.loginEnv');
	const login = io.env[loginVariable];
	return openCscSigner({
		address,
		fetcher: await openFetcher(configuration),
		pin,
		code: codeSource(io.env[configuration.get('remote.codeEnv')], io),
		accessToken: io.env[configuration.get('remote.accessTokenEnv')] || undefined,
		login: login ? readLogin(login, loginVariable) : undefined,
		oauth: oauthClient(configuration, io),
		signal: io.signal,
	});
}

function readLogin(text: string, variable: string): { readonly user: string; readonly password: string } {
	const colon = text.indexOf(':');
	if (colon < 1) throw new UsageError(`the environment variable ${variable} is not user:password`);
	return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function oauthClient(configuration: Configuration, io: Io): OAuthClient | undefined {
	const id = configuration.get('remote.clientId');
	if (id === undefined) return undefined;
	const secret = io.env[configuration.get('remote.clientSecretEnv')];
	const openBrowser = async (url: string): Promise<void> => {
		// Without a browser the address on the terminal is what there is.
		io.stderr.write(`Authorise in your browser: ${url}\n`);
		showInBrowser(url);
	};
	return { id, secret, openBrowser };
}

function codeSource(given: string | undefined, io: Io): CodeProvider {
	if (given) return async () => given;
	return async ({ service, label, challenge, signatures }) => {
		if (challenge !== undefined) io.stderr.write(`${service}: ${challenge}\n`);
		return promptSecret(io, `${label} for ${signatures} ${signatures === 1 ? 'signature' : 'signatures'}: `);
	};
}
