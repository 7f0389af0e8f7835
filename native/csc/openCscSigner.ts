/** From `URL#credentialID` to a {@link CscSigner}: the one way to a key of a remote signing service. */

import { systemClock } from '../../core/ports/clock.ts';
import type { Fetcher } from '../../core/ports/fetcher.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { defaultMinimumRsaBits, problemText, remoteCertificateProblems } from '../credentials.ts';
import type { PinProvider } from '../pin.ts';
import { type AccessOptions, serviceAccess } from './access.ts';
import type { CodeProvider } from './activation.ts';
import { allCredentials, type CscCredential, findCredential } from './credential.ts';
import { CscSigner } from './cscSigner.ts';
import { discoverService, parseRemoteAddress } from './service.ts';

export interface CscSignerOptions extends AccessOptions {
	/** `https://service.example/csc/v2#credentialID`; without the fragment the account's only key. */
	readonly address: string;
	readonly fetcher: Fetcher;
	/** Asked for the key's PIN at each authorisation. */
	readonly pin?: PinProvider | undefined;
	/** Asked for one-time codes. */
	readonly code?: CodeProvider | undefined;
	readonly minimumRsaBits?: number | undefined;
	/** When the certificate must be valid. Default: now. */
	readonly now?: Date | undefined;
	readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the service what it is, gets in, and reads the key's certificate. Nothing is authorised yet.
 *
 * @throws {TokenError} `token-uri-invalid`, `authorisation-refused`, `key-not-found`, `key-ambiguous`,
 * `key-cannot-sign`, `certificate-not-found`, `remote-refused`, `remote-unreadable`; {NetworkError}.
 */
export async function openCscSigner(options: CscSignerOptions): Promise<CscSigner> {
	const { address, fetcher, signal, pin, code, oauth } = options;
	const { base, credentialId } = parseRemoteAddress(address);
	const service = await discoverService(base, fetcher, signal);
	const access = await serviceAccess(service, options, signal);
	const credential = await findCredential(service, credentialId, { credentials: access, signal });
	refuseUnusable(credential, options);
	return new CscSigner({ service, credential, access, pin, code, oauth });
}

/** An account at a signing service, as far as it shows itself once it lets somebody in. */
export interface CscAccount {
	/** Address of the service's API. */
	readonly base: string;
	/** For people. */
	readonly name: string;
	readonly credentials: readonly CscCredential[];
	/** What it gave for coming in, where it gave anything: good for some time. */
	readonly accessToken: string | undefined;
}

/**
 * Gets into a service and lists the keys there: the one that the address names, or all of the account.
 *
 * @throws as {@link openCscSigner}.
 */
export async function readCscAccount(
	options: Omit<CscSignerOptions, 'pin' | 'code' | 'minimumRsaBits' | 'now'>,
): Promise<CscAccount> {
	const { address, fetcher, signal } = options;
	const { base, credentialId } = parseRemoteAddress(address);
	const service = await discoverService(base, fetcher, signal);
	const access = await serviceAccess(service, options, signal);
	const call = { credentials: access, signal };
	const credentials =
		credentialId === undefined
			? await allCredentials(service, call)
			: [await findCredential(service, credentialId, call)];
	const accessToken = access !== undefined && 'bearer' in access ? access.bearer : undefined;
	return { base: service.client.base, name: service.name, credentials, accessToken };
}

function refuseUnusable(credential: CscCredential, options: CscSignerOptions): void {
	const { now = systemClock.now(), minimumRsaBits = defaultMinimumRsaBits } = options;
	const [problem] = remoteCertificateProblems(credential.certificate, { now, minimumRsaBits });
	const why = credential.obstacle ?? (problem && problemText(problem, credential));
	if (why === undefined) return;
	throw new TokenError('key-cannot-sign', `The remote key '${credential.id}' cannot sign: ${why}.`, {
		hint: 'Choose another key, or ask the provider of the signing service.',
		subject: credential.id,
	});
}
