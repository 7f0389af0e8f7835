/** An issuer of OpenID Connect on loopback (oidc-provider) where everybody who is named can log in at once. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface OidcPerson {
	readonly sub: string;
	readonly acr: string;
	/** Further claims of the ID token. */
	readonly claims: Readonly<Record<string, unknown>>;
}

export class OidcIssuer implements AsyncDisposable {
	readonly #server: Server;
	/** Who logs in next. */
	person: OidcPerson | undefined;
	readonly clientId = 'paraph';

	private constructor(server: Server) {
		this.#server = server;
	}

	/** @param redirectUris where logins may return to. */
	static async start(): Promise<OidcIssuer> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return new OidcIssuer(server);
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** Once the address of the service is known. */
	serve(redirectUri: string): void {
		const provider = new Provider(this.url, {
			clients: [
				{
					client_id: this.clientId,
					redirect_uris: [redirectUri],
					response_types: ['code'],
					grant_types: ['authorization_code'],
					token_endpoint_auth_method: 'none',
				},
			],
			claims: { openid: ['sub', 'acr', 'pid'], email: ['email', 'email_verified'], profile: ['name', 'locale'] },
			conformIdTokenClaims: false,
			pkce: { required: () => true },
			features: { devInteractions: { enabled: false } },
			cookies: { keys: ['for the tests alone'] },
			ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
			findAccount: async (_context, sub) => ({
				accountId: sub,
				claims: async () => ({ sub, ...this.person?.claims }),
			}),
			interactions: { url: () => '/enter' },
			// There is nobody to ask: whoever is named has agreed.
			loadExistingGrant: async (context) => {
				const grant = new context.oidc.provider.Grant({
					clientId: context.oidc.client?.clientId ?? '',
					accountId: context.oidc.session?.accountId ?? '',
				});
				grant.addOIDCScope('openid email profile');
				await grant.save();
				return grant;
			},
		});
		const callback = provider.callback();
		this.#server.on('request', (request, response) => {
			if (request.url?.startsWith('/enter') !== true) return void callback(request, response);
			const { person } = this;
			const result =
				person === undefined
					? { error: 'access_denied', error_description: 'nobody is here' }
					: { login: { accountId: person.sub, acr: person.acr, remember: false } };
			void provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
		});
	}

	/** Follows a login as a browser does, with its cookies, until it is sent back. @returns where to. */
	async visit(start: string): Promise<string> {
		const jar = new Map<string, string>();
		for (let address = start; ; ) {
			if (!address.startsWith(this.url)) return address;
			const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
			const response = await fetch(address, { redirect: 'manual', headers: { cookie } });
			for (const line of response.headers.getSetCookie()) {
				const [pair = ''] = line.split(';');
				const [name = '', ...value] = pair.split('=');
				if (value.join('=') === '') jar.delete(name);
				else jar.set(name, value.join('='));
			}
			const location = response.headers.get('location');
			if (location === null) throw new Error(`${address}: ${response.status} ${await response.text()}`);
			address = new URL(location, address).href;
		}
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
	}
}
