/** How Paraph is let into a remote signing service at all (service authorisation: v2 §8.1). */
import { TokenError } from '../../core/ports/tokenError.ts';
import { authorizeInBrowser, type OAuthClient } from './browserAuthorization.ts';
import type { Credentials } from './cscClient.ts';
import type { CscService } from './service.ts';

/** What the person has for it; the first that the service takes is used. */
export interface AccessOptions {
	/** A token of OAuth 2.0 that was got elsewhere. */
	readonly accessToken?: string | undefined;
	/** For `auth/login`. */
	readonly login?: { readonly user: string; readonly password: string } | undefined;
	readonly oauth?: OAuthClient | undefined;
}

/**
 * Gets what goes into the `Authorization` of each call.
 *
 * @returns undefined where the service wants none: it is reached by other means (`external`, `TLS`), or the hash-bound
 * authorisation in the browser is all it asks for.
 * @throws {TokenError} `authorisation-refused`, {NetworkError}.
 */
export async function serviceAccess(
	service: CscService,
	{ accessToken, login, oauth }: AccessOptions,
	signal?: AbortSignal,
): Promise<Credentials | undefined> {
	if (accessToken !== undefined) return { bearer: accessToken };
	const { client, authTypes } = service;
	if (login !== undefined) {
		// v1.0.4 §11.2, v2 §11.2: the password is sent this once.
		const { answer } = await client.call('auth/login', {}, { credentials: login, signal });
		return { bearer: answer.text('access_token') };
	}
	if (oauth !== undefined && authTypes.has('oauth2code')) {
		const token = await authorizeInBrowser(service, oauth, { scope: 'service', parameters: {}, signal });
		return { bearer: token.accessToken };
	}
	const wantsMore = ['oauth2code', 'oauth2client', 'basic', 'digest'].some((type) => authTypes.has(type));
	const isOpen = authTypes.size === 0 || authTypes.has('external') || authTypes.has('TLS');
	if (!wantsMore || isOpen) return undefined;
	throw new TokenError('authorisation-refused', `${client.service} lets nobody in without an authorisation.`, {
		hint: `Give it an access token or a login: it takes ${[...authTypes].join(', ')}. See 'paraph sign --help'.`,
		subject: client.service,
	});
}
