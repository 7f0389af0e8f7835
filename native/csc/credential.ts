/** A key of a remote signing service, in one shape for both versions of the API (`credentials/list`, `credentials/info`). */
import { Certificate } from '../../core/pki/certificate.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import type { Answer } from './answer.ts';
import type { CallOptions } from './cscClient.ts';
import { unreadableAnswer } from './cscError.ts';
import type { CscService } from './service.ts';

/** How the person proves that this signature is wanted. */
export type Authorization =
	/** The service asks for it by its own means: an app, a call. */
	| { readonly mode: 'implicit' }
	/** In the browser, at the authorisation server. */
	| { readonly mode: 'oauth2code' }
	/** We ask, and send what was typed; none where being let in is enough. */
	| { readonly mode: 'explicit'; readonly factors: readonly Factor[] };

export interface Factor {
	/** `PIN` or `OTP` in v1, the authentication object's id in v2. */
	readonly id: string;
	readonly kind:
		| 'pin'
		/** From a device of the person's, or sent before by the service. */
		| 'one-time-code'
		/** Sent when asked for (`credentials/sendOTP`, `credentials/getChallenge`). */
		| 'requested-code'
		/** Given elsewhere: only the id is sent (v2 §8.3.1.3, §8.3.1.5). */
		| 'out-of-band';
	/** What the service calls it. */
	readonly label: string;
	readonly isOptional: boolean;
}

export interface CscCredential {
	readonly id: string;
	readonly certificate: Certificate;
	/** DER of the other certificates of the chain. */
	readonly chain: readonly Uint8Array[];
	/** What keeps it from being used, by the service's word: `disabled`, `revoked`, …. */
	readonly obstacle: string | undefined;
	/** OIDs of `key/algo`. */
	readonly algorithms: ReadonlySet<string>;
	readonly authorization: Authorization;
	/** Whether an authorisation is bound to the hashes (SCAL 2). */
	readonly boundToHashes: boolean;
	/** The most signatures one authorisation covers. */
	readonly multisign: number;
}

/**
 * The credential with this id; without one, the only one of the account.
 *
 * @throws {TokenError} `key-not-found`, `key-ambiguous` with the ids as `candidates`, `key-cannot-sign`, and what the
 * client throws.
 */
export async function findCredential(
	service: CscService,
	id: string | undefined,
	options: CallOptions,
): Promise<CscCredential> {
	const chosen = id ?? (await onlyCredential(service, options));
	const { client } = service;
	const method = 'credentials/info';
	const input = { credentialID: chosen, certificates: 'chain', certInfo: true, authInfo: true };
	const { answer } = await client.call(method, input, options);
	const key = answer.object('key');
	const cert = answer.object('cert');
	const [own, ...chain] = cert.texts('certificates').map(certificateOctets);
	if (own === undefined) {
		throw new TokenError('certificate-not-found', `${client.service} has no certificate for the key '${chosen}'.`, {
			hint: 'Ask the provider of the signing service for one.',
			subject: chosen,
		});
	}
	return {
		id: chosen,
		certificate: readCertificate(own, client.service, method),
		chain,
		obstacle: obstacleOf(key.optionalText('status'), cert.optionalText('status')),
		algorithms: new Set(key.texts('algo')),
		authorization: service.version === 1 ? authorizationOfV1(answer) : authorizationOfV2(answer),
		boundToHashes: (answer.optionalText('SCAL') ?? answer.optionalText('scal')) === '2',
		multisign: Math.max(1, Math.floor(answer.optionalNumber('multisign') ?? 1)),
	};
}

/** Base64, which some services wrap as PEM does. */
const certificateOctets = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]*-----/g, ''), 'base64');

async function onlyCredential(service: CscService, options: CallOptions): Promise<string> {
	const { client } = service;
	const [only, ...others] = await credentialIds(service, options);
	if (only === undefined) throw noKey(client.service);
	if (others.length === 0) return only;
	const candidates = [only, ...others].map((id) => `${client.base}#${encodeURIComponent(id)}`);
	throw new TokenError('key-ambiguous', `${client.service} has ${candidates.length} keys for this account.`, {
		hint: `Name one: ${candidates.join(', ')}`,
		subject: client.service,
		candidates,
	});
}

/** Keys of an account beyond this are not looked at. */
const mostCredentials = 50;

/**
 * Every credential of the account.
 *
 * @throws {TokenError} `key-not-found` where there is none, and what the client throws.
 */
export async function allCredentials(service: CscService, options: CallOptions): Promise<readonly CscCredential[]> {
	const ids = await credentialIds(service, options);
	if (ids.length === 0) throw noKey(service.client.service);
	const found: CscCredential[] = [];
	for (const id of ids.slice(0, mostCredentials)) found.push(await findCredential(service, id, options));
	return found;
}

/** v2 §11.4, v1.0.4 §11.4. */
async function credentialIds({ client }: CscService, options: CallOptions): Promise<readonly string[]> {
	const { answer } = await client.call('credentials/list', {}, options);
	return answer.texts('credentialIDs');
}

const noKey = (service: string): TokenError =>
	new TokenError('key-not-found', `${service} has no key for this account.`, {
		hint: 'Ask the provider of the signing service.',
		subject: service,
	});

function readCertificate(der: Uint8Array, service: string, method: string): Certificate {
	try {
		const certificate = Certificate.parse(der);
		// Asked for now, since the fields are read, and found damaged, only when they are asked for.
		void [certificate.publicKey.bits, certificate.notAfter, certificate.keyUsage];
		return certificate;
	} catch {
		throw unreadableAnswer(service, method, 'the certificate is damaged');
	}
}

function obstacleOf(key: string | undefined, certificate: string | undefined): string | undefined {
	if (key !== undefined && key !== 'enabled') return `its key is ${key}`;
	if (certificate !== undefined && certificate !== 'valid') return `its certificate is ${certificate}`;
	return undefined;
}

/** For services that leave out what they must say: the PIN goes along where there is one. */
const perhapsPin: Factor = { id: 'PIN', kind: 'pin', label: 'PIN', isOptional: true };

/** v1.0.4 §11.5: `authMode`, `PIN`, `OTP`. */
function authorizationOfV1(answer: Answer): Authorization {
	const mode = answer.optionalText('authMode') ?? 'explicit';
	if (mode === 'implicit' || mode === 'oauth2code') return { mode };
	const factors: Factor[] = [];
	const pin = factorOfV1('PIN', answer.optionalObject('PIN'), 'pin');
	if (pin) factors.push(pin);
	const otp = answer.optionalObject('OTP');
	const code = factorOfV1('OTP', otp, otp?.optionalText('type') === 'online' ? 'requested-code' : 'one-time-code');
	if (code) factors.push(code);
	const isSaid = otp !== undefined || answer.optionalObject('PIN') !== undefined;
	return { mode: 'explicit', factors: isSaid ? factors : [perhapsPin] };
}

function factorOfV1(id: string, object: Answer | undefined, kind: Factor['kind']): Factor | undefined {
	const presence = object?.optionalText('presence') ?? 'false';
	if (object === undefined || presence === 'false') return undefined;
	return { id, kind, label: object.optionalText('label') ?? id, isOptional: presence === 'optional' };
}

/** v2 §11.5: `auth`; the older names stand in where it is missing. */
function authorizationOfV2(answer: Answer): Authorization {
	const auth = answer.optionalObject('auth');
	if (auth === undefined) return authorizationOfV1(answer);
	const mode = auth.optionalText('mode') ?? 'explicit';
	if (mode === 'implicit' || mode === 'oauth2code') return { mode };
	const objects = auth.optionalObjects('objects');
	if (objects === undefined) return { mode: 'explicit', factors: [perhapsPin] };
	const factors = objects.map(factorOfV2);
	const wanted = chosenFactors(auth.optionalText('expression'));
	return { mode: 'explicit', factors: factors.filter(({ id }) => wanted === undefined || wanted.has(id)) };
}

/** v2 §8.3.1. */
function factorOfV2(object: Answer): Factor {
	const id = object.text('id');
	const label = object.optionalText('label') ?? id;
	return { id, kind: kindOf(object, id), label, isOptional: false };
}

function kindOf(object: Answer, id: string): Factor['kind'] {
	switch (object.text('type')) {
		case 'PasswordOOB':
		case 'ChallengeResponseOOB':
			return 'out-of-band';
		case 'ChallengeResponse':
			return 'requested-code';
		default:
			return object.optionalText('generator') !== undefined || /^otp/i.test(id) ? 'one-time-code' : 'pin';
	}
}

/** Characters; a stranger's brackets are followed this deep at most. */
const longestExpression = 1000;

/**
 * The factors that fulfil `auth/expression`: of alternatives (OR, XOR) the first.
 *
 * @returns undefined where there is no expression: then all are wanted.
 */
export function chosenFactors(expression: string | undefined): ReadonlySet<string> | undefined {
	const tokens = expression?.slice(0, longestExpression).match(/[()]|[^()\s]+/g);
	if (!tokens) return undefined;
	let next = 0;
	const either = (): readonly string[] => {
		const first = all();
		while (/^X?OR$/i.test(tokens[next] ?? '')) {
			next++;
			all();
		}
		return first;
	};
	const all = (): readonly string[] => {
		const wanted = [...one()];
		while (/^AND$/i.test(tokens[next] ?? '')) {
			next++;
			wanted.push(...one());
		}
		return wanted;
	};
	const one = (): readonly string[] => {
		const token = tokens[next++];
		if (token !== '(') return token === undefined || token === ')' ? [] : [token];
		const inner = either();
		if (tokens[next] === ')') next++;
		return inner;
	};
	return new Set(either());
}
