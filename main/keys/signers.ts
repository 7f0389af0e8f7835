import { randomBytes } from 'node:crypto';
import type { Configuration } from '../../core/config/configuration.ts';
import type { Fetcher } from '../../core/ports/fetcher.ts';
import type { Signer } from '../../core/ports/signer.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import type { CodeRequest } from '../../native/csc/activation.ts';
import type { OAuthClient } from '../../native/csc/browserAuthorization.ts';
import { type CscAccount, openCscSigner, readCscAccount } from '../../native/csc/openCscSigner.ts';
import type { DriverOptions } from '../../native/driverOptions.ts';
import { openTokenSigner } from '../../native/openTokenSigner.ts';
import { openPkcs12Signer } from '../../native/pkcs12Signer.ts';
import type { ArgumentOf, IdentityId } from '../../preload/contract.ts';
import type { Host } from '../host.ts';
import type { TokenRegistry } from '../tokens/tokenRegistry.ts';
import type { KeptIdentity } from './keptKeys.ts';

export interface SignersParts {
	readonly tokens: TokenRegistry;
	readonly drivers: () => DriverOptions;
	readonly configuration: () => Configuration;
	/** With the network's settings as they are now. */
	readonly fetcher: () => Fetcher;
	readonly host: Host;
	readonly showInBrowser: (url: string) => void;
	readonly env: NodeJS.ProcessEnv;
}

export interface SignerMeans {
	/** PIN or password; undefined where none is typed. Given as often as it is asked for, and held by whoever asks. */
	readonly pin: string | undefined;
	readonly signal?: AbortSignal | undefined;
	/** How many processes may sign, where the token signs in parallel. */
	readonly processes?: number | undefined;
}

/** From what the person chose to what signs, wherever its key is. */
export class Signers {
	readonly #parts: SignersParts;
	/** What services gave for coming in, by their addresses, for as long as the app runs. */
	readonly #accessTokens = new Map<string, string>();
	readonly #questions = new Map<string, (code: string | undefined) => void>();

	constructor(parts: SignersParts) {
		this.#parts = parts;
	}

	/** The caller closes it. @throws {TokenError}, {NetworkError}. */
	async open(identity: IdentityId, { pin, signal, processes }: SignerMeans): Promise<Signer> {
		const { tokens, drivers } = this.#parts;
		const known = tokens.identity(identity);
		const provider = async (): Promise<string | undefined> => pin;
		switch (known.kind) {
			case 'token':
				return openTokenSigner({
					...drivers(),
					uri: known.uri,
					pin: provider,
					signal,
					processes,
					patience: this.#parts.configuration().get('tokenPatience') * 1000,
					onAbsent: (token, isAbsent) => this.#parts.host.tell('tokenAbsent', isAbsent ? { token } : null),
				});
			case 'file':
				return openPkcs12Signer({ file: known.path, pin: provider, certificate: known.certificate.raw });
			case 'service':
				return this.#openService(known, pin, signal);
		}
	}

	/** @throws {TokenError}, {NetworkError}. */
	async readAccount({ address, login, clientId }: ArgumentOf<'keys', 'addService'>): Promise<CscAccount> {
		const { fetcher } = this.#parts;
		const oauth = this.#oauth(clientId, address);
		const account = await readCscAccount({ address, fetcher: fetcher(), login, oauth });
		this.#remember(account.base, account.accessToken);
		return account;
	}

	/** The person's answer to a question for a code. */
	answer(question: string, code: string | undefined): void {
		this.#questions.get(question)?.(code);
	}

	async #openService(
		{ service, credential }: Extract<KeptIdentity, { kind: 'service' }>,
		pin: string | undefined,
		signal: AbortSignal | undefined,
	): Promise<Signer> {
		const { address, clientId } = service;
		try {
			const signer = await openCscSigner({
				address: `${address}#${encodeURIComponent(credential)}`,
				fetcher: this.#parts.fetcher(),
				pin: async () => pin,
				code: (request) => this.#askCode(request, signal),
				accessToken: this.#accessTokens.get(address),
				oauth: this.#oauth(clientId, address),
				signal,
			});
			this.#remember(address, signer.accessToken);
			return signer;
		} catch (error) {
			// One that has ended is got anew the next time.
			if (error instanceof TokenError && error.code === 'authorisation-refused') this.#accessTokens.delete(address);
			throw error;
		}
	}

	#remember(address: string, accessToken: string | undefined): void {
		if (accessToken !== undefined) this.#accessTokens.set(address, accessToken);
	}

	#oauth(clientId: string | undefined, address: string): OAuthClient | undefined {
		const { configuration, host, showInBrowser, env } = this.#parts;
		const id = clientId ?? configuration().get('remote.clientId');
		if (id === undefined) return undefined;
		const service = URL.parse(address)?.host ?? address;
		return {
			id,
			secret: env[configuration().get('remote.clientSecretEnv')],
			async openBrowser(url) {
				host.tell('browserWanted', { service, address: url, code: null });
				showInBrowser(url);
			},
			ended: () => host.tell('browserWanted', null),
		};
	}

	async #askCode(
		{ service, label, challenge, signatures }: CodeRequest,
		signal: AbortSignal | undefined,
	): Promise<string | undefined> {
		const question = randomBytes(16).toString('base64url');
		const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
		const abort = (): void => reject(signal?.reason);
		this.#questions.set(question, resolve);
		signal?.addEventListener('abort', abort, { once: true });
		try {
			this.#parts.host.tell('codeWanted', { question, service, label, challenge: challenge ?? null, signatures });
			return await promise;
		} finally {
			this.#questions.delete(question);
			signal?.removeEventListener('abort', abort);
		}
	}
}
