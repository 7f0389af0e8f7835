/** The person's authorisation of signatures: from PIN, code, app or browser to what `signatures/signHash` wants to see. */
import { setTimeout as delay } from 'node:timers/promises';
import { digestOids } from '../../core/pki/objectIdentifiers.ts';
import type { SigningDigest } from '../../core/ports/algorithms.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import type { PinProvider } from '../pin.ts';
import { authorizeInBrowser, type OAuthClient } from './browserAuthorization.ts';
import type { CscCredential, Factor } from './credential.ts';
import type { CallOptions, CallResult, Credentials } from './cscClient.ts';
import type { CscService } from './service.ts';

export interface CodeRequest {
	/** Name of the service. */
	readonly service: string;
	/** What the service calls the code. */
	readonly label: string;
	/** What the service asks for it, where it asks anything. */
	readonly challenge: string | undefined;
	/** How many signatures it stands for. */
	readonly signatures: number;
}

/** Asks for a one-time code, each time anew. @returns undefined when the person does not want to. */
export type CodeProvider = (request: CodeRequest) => Promise<string | undefined>;

export interface ActivationMeans {
	readonly service: CscService;
	readonly credential: CscCredential;
	/** What each call carries; undefined where being authorised in the browser for the signature is enough. */
	readonly access: Credentials | undefined;
	readonly pin: PinProvider | undefined;
	readonly code: CodeProvider | undefined;
	readonly oauth: OAuthClient | undefined;
}

/** Signature activation data, and when it ends. */
export interface Activation {
	/** Undefined where the access token itself carries the authorisation. */
	readonly sad: string | undefined;
	readonly access: Credentials | undefined;
	/** By the clock of `performance.now()`. */
	readonly expires: number;
}

/** v1.0.4 §11.6, v2 §11.6. */
const defaultLifetime = 3600;
/** A service that asks the person by its own means answers when they have answered. */
const patience = 5 * 60_000;
const pollInterval = 1000;

/**
 * Has these hashes authorised, in this order.
 *
 * @throws {TokenError} `pin-required`, `pin-cancelled`, `pin-incorrect`, `pin-locked`, `otp-required`, `otp-incorrect`,
 * `authorisation-refused`, …; {NetworkError}.
 */
export async function activate(
	means: ActivationMeans,
	hashes: readonly Uint8Array[],
	digest: SigningDigest,
	signal?: AbortSignal,
): Promise<Activation> {
	const { authorization } = means.credential;
	if (authorization.mode === 'oauth2code') return activateInBrowser(means, hashes, digest, signal);
	const factors = authorization.mode === 'explicit' ? authorization.factors : [];
	const given = await askFactors(means, factors, hashes.length, signal);
	const { client, version } = means.service;
	const options: CallOptions = { credentials: means.access, signal, timeout: patience };
	const input =
		version === 1 ? inputOfV1(means.credential, hashes, given) : inputOfV2(means.credential, hashes, digest, given);
	const started = performance.now();
	try {
		const first = await client.call('credentials/authorize', input, options);
		const { answer } = await whenDecided(means, first, options, started);
		const lifetime = answer.optionalNumber('expiresIn') ?? defaultLifetime;
		return { sad: answer.text('SAD'), access: means.access, expires: started + lifetime * 1000 };
	} catch (error) {
		throw blamedRightly(error, factors);
	}
}

/** v2 §11.7: 202 and a handle while the person is being asked elsewhere. */
async function whenDecided(
	{ service: { client } }: ActivationMeans,
	first: CallResult,
	options: CallOptions,
	started: number,
): Promise<CallResult> {
	let result = first;
	while (result.status === 202) {
		if (performance.now() - started > patience) {
			throw new TokenError('authorisation-expired', `Nobody authorised the signature at ${client.service} in time.`, {
				hint: 'Nothing is lost: run the command again and authorise at once when asked.',
				subject: client.service,
			});
		}
		await delay(pollInterval, undefined, options.signal ? { signal: options.signal } : {});
		result = await client.call('credentials/authorizeCheck', { handle: result.answer.text('handle') }, options);
	}
	return result;
}

/** v1.0.4 §11.6. The hashes are wanted for SCAL 2, and welcome in no other case. */
function inputOfV1(
	credential: CscCredential,
	hashes: readonly Uint8Array[],
	given: ReadonlyMap<Factor, string>,
): object {
	return {
		credentialID: credential.id,
		numSignatures: hashes.length,
		...(credential.boundToHashes ? { hash: hashes.map(base64) } : {}),
		...Object.fromEntries([...given].map(([{ id }, value]) => [id, value])),
	};
}

/** v2 §11.6. */
function inputOfV2(
	credential: CscCredential,
	hashes: readonly Uint8Array[],
	digest: SigningDigest,
	given: ReadonlyMap<Factor, string>,
): object {
	const { authorization, boundToHashes } = credential;
	const authData = [...given].map(([{ id, kind }, value]) => (kind === 'out-of-band' ? { id } : { id, value }));
	return {
		credentialID: credential.id,
		numSignatures: hashes.length,
		...(boundToHashes ? { hashes: hashes.map(base64), hashAlgorithmOID: digestOids[digest] } : {}),
		...(authorization.mode === 'explicit' && authData.length > 0 ? { authData } : {}),
	};
}

/** v2 §8.4.2, v1.0.4 §8.3.2: the token of scope `credential` stands for the SAD. */
async function activateInBrowser(
	{ service, credential, access, oauth }: ActivationMeans,
	hashes: readonly Uint8Array[],
	digest: SigningDigest,
	signal: AbortSignal | undefined,
): Promise<Activation> {
	if (oauth === undefined) {
		throw new TokenError('authorisation-refused', `${service.name} has each signature authorised in the browser.`, {
			hint: "Name this application's client identifier at the service: see 'paraph sign --help'.",
			subject: service.client.service,
		});
	}
	const list = hashes.map((hash) => Buffer.from(hash).toString('base64url')).join(',');
	const bound = service.version === 1 ? { hash: list } : { hashes: list, hashAlgorithmOID: digestOids[digest] };
	const parameters = {
		credentialID: credential.id,
		numSignatures: String(hashes.length),
		...(credential.boundToHashes ? bound : {}),
	};
	const started = performance.now();
	const token = await authorizeInBrowser(service, oauth, { scope: 'credential', parameters, signal });
	const expires = started + token.expiresIn * 1000;
	// Without an access token of its own the one for the credential opens the service too (v2 §8.4).
	if (access === undefined && service.version === 2) {
		return { sad: undefined, access: { bearer: token.accessToken }, expires };
	}
	return { sad: token.accessToken, access: access ?? { bearer: token.accessToken }, expires };
}

async function askFactors(
	means: ActivationMeans,
	factors: readonly Factor[],
	signatures: number,
	signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Factor, string>> {
	const given = new Map<Factor, string>();
	for (const factor of factors) {
		const value = await askFactor(means, factor, signatures, signal);
		if (value !== undefined) given.set(factor, value);
	}
	return given;
}

async function askFactor(
	means: ActivationMeans,
	factor: Factor,
	signatures: number,
	signal: AbortSignal | undefined,
): Promise<string | undefined> {
	switch (factor.kind) {
		case 'out-of-band':
			return '';
		case 'pin':
			return askPin(means, factor);
		case 'one-time-code':
			return askCode(means, factor, undefined, signatures);
		case 'requested-code':
			return askCode(means, factor, await requestCode(means, factor, signal), signatures);
	}
}

async function askPin({ service, credential, pin }: ActivationMeans, factor: Factor): Promise<string | undefined> {
	const subject = service.client.service;
	if (pin === undefined) {
		if (factor.isOptional) return undefined;
		throw new TokenError('pin-required', `${service.name} wants the PIN of the key '${credential.id}'.`, {
			hint: 'Give it with --pin-env or --pin-file, or run the command on a terminal.',
			subject,
		});
	}
	const token = credential.certificate.subject.text;
	const value = await pin({
		token,
		reader: service.name,
		purpose: 'signature',
		entry: 'typed',
		state: 'ok',
		minimumLength: 0,
		maximumLength: 255,
	});
	if (value !== undefined || factor.isOptional) return value;
	throw new TokenError('pin-cancelled', `No PIN was given for ${service.name}.`, {
		hint: 'Nothing was signed.',
		subject,
	});
}

async function askCode(
	{ service, code }: ActivationMeans,
	{ label, isOptional }: Factor,
	challenge: string | undefined,
	signatures: number,
): Promise<string | undefined> {
	const value = await code?.({ service: service.name, label, challenge, signatures });
	if (value !== undefined || isOptional) return value;
	throw new TokenError('otp-required', `${service.name} wants a one-time code (${label}).`, {
		hint: 'Run the command on a terminal, where the code can be typed when it is asked for.',
		subject: service.client.service,
	});
}

/** v1.0.4 §11.8, v2 §11.8. @returns what the person is asked, where it comes in band. */
async function requestCode(
	{ service, credential, access }: ActivationMeans,
	factor: Factor,
	signal: AbortSignal | undefined,
): Promise<string | undefined> {
	const options = { credentials: access, signal };
	const credentialID = credential.id;
	if (service.version === 1) {
		await service.client.call('credentials/sendOTP', { credentialID }, options);
		return undefined;
	}
	const input = { credentialID, authObjectID: factor.id };
	const { answer } = await service.client.call('credentials/getChallenge', input, options);
	return answer.optionalText('challenge');
}

/** v2 does not say which of the factors was wrong: without a PIN among them it was the code. */
function blamedRightly(error: unknown, factors: readonly Factor[]): unknown {
	const isPin = error instanceof TokenError && error.code === 'pin-incorrect';
	if (!isPin || factors.some(({ kind }) => kind === 'pin')) return error;
	return new TokenError('otp-incorrect', error.message, {
		hint: 'Run the command again with a fresh one-time code.',
		subject: error.subject,
	});
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
