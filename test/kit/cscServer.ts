/**
 * A remote signing service on loopback that speaks the Cloud Signature Consortium's API, v1.0.4 or v2, and takes nothing
 * but what the API's tables allow: each field of each request is checked.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { digestLength } from '../../core/pki/digest.ts';
import { AuthorizationServer, type Grant } from './csc/authorizationServer.ts';
import { describeAuthorization } from './csc/describeAuthorization.ts';
import { digestByOid, signHash } from './csc/hashSignature.ts';
import {
	ApiError,
	type Fields,
	factorsV1,
	factorsV2,
	type Input,
	readHash,
	readInput,
	texts,
} from './csc/strictInput.ts';
import type { Issued } from './demoPki.ts';

export { demoClient } from './csc/authorizationServer.ts';
export { ecdsaWithSha256, pss, rsa, sha256WithRsa } from './csc/hashSignature.ts';

export interface CscServerOptions {
	readonly version: 1 | 2;
	readonly issued: Issued;
	/** SCAL: 2 binds authorisations to hashes. */
	readonly scal?: 1 | 2;
	readonly multisign?: number;
	readonly mode?: 'implicit' | 'explicit' | 'oauth2code';
	/** Wanted in explicit mode, where it is given. */
	readonly pin?: string;
	/** The one-time code that is right; sent when asked for. */
	readonly otp?: string;
	/** OIDs of `key/algo`. */
	readonly algorithms: readonly string[];
	readonly keyStatus?: string;
	readonly certificateStatus?: string;
	/** More ids than this one, all for the same key. */
	readonly credentialIds?: readonly string[];
	/** Lets in whoever has this token; also what `auth/login` and OAuth give. */
	readonly accessToken?: string;
	/** `user:password` of `auth/login`. */
	readonly login?: string;
	readonly ecdsaFormat?: 'der' | 'compact';
	/** v2: how often an authorisation is still underway when it is asked about. */
	readonly undecided?: number;
	/** Called as the N-th authorisation is asked for, from 1: it may have this or the next ones fail. */
	readonly onAuthorize?: (count: number, server: CscServer) => void;
}

/** One authorisation that was given. */
export interface Authorized {
	readonly signatures: number;
	/** Base64. */
	readonly hashes: readonly string[];
}

interface Activation extends Authorized {
	left: number;
	isExpired: boolean;
}

const defaultId = 'GX0112348';

export class CscServer implements AsyncDisposable {
	readonly authorizations: Authorized[] = [];
	/** Hashes of each `signHash` that was answered, base64. */
	readonly signed: (readonly string[])[] = [];
	readonly oauth: AuthorizationServer;
	/** How often a PIN or a code came. */
	tries = 0;
	/** So many of the next authorisations end before they are used. */
	expireNext = 0;
	/** So many of the next signature values are of no use. */
	rubbishNext = 0;
	/** So many of the next authorisations the person does not give. */
	refuseNext = 0;
	/** So many of the next requests for signatures are cut off instead of answered. */
	breakNext = 0;
	readonly #options: CscServerOptions;
	readonly #server: Server;
	readonly #activations = new Map<string, Activation>();
	readonly #tokens = new Map<string, Grant>();
	readonly #underway = new Map<string, { readonly sad: string; left: number }>();
	#codeWasSent = false;
	#asked = 0;
	#port = 0;

	constructor(options: CscServerOptions) {
		this.#options = options;
		this.oauth = new AuthorizationServer(options.version);
		this.#server = createServer((request, response) => {
			this.#handle(request, response).catch(() => response.destroy());
		});
	}

	async start(): Promise<void> {
		this.#server.listen(0, '127.0.0.1');
		await once(this.#server, 'listening');
		const address = this.#server.address();
		if (typeof address === 'object' && address !== null) this.#port = address.port;
	}

	get host(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	/** For `--remote`. */
	get address(): string {
		return `${this.host}/csc/v${this.#options.version}#${defaultId}`;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#server.closeAllConnections();
		this.#server.close();
		await once(this.#server, 'close');
	}

	async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk);
		const url = new URL(request.url ?? '/', this.host);
		try {
			if (url.pathname === '/oauth2/authorize') {
				response.writeHead(302, { location: this.oauth.authorize(url.searchParams) }).end();
				return;
			}
			const answer = this.#answer(request, url.pathname, Buffer.concat(chunks).toString('utf8'));
			const body = JSON.stringify(answer);
			response.writeHead(answer instanceof Underway ? 202 : 200, { 'content-type': 'application/json' }).end(body);
		} catch (error) {
			if (!(error instanceof ApiError)) throw error;
			const body = JSON.stringify({ error: error.error, error_description: error.message });
			response.writeHead(error.status, { 'content-type': 'application/json' }).end(body);
		}
	}

	#answer(request: IncomingMessage, path: string, body: string): object {
		if (request.method !== 'POST') throw new ApiError('invalid_request', 'POST is wanted', 405);
		if (path === '/oauth2/token') return this.#token(request, body);
		const prefix = `/csc/v${this.#options.version}/`;
		if (!path.startsWith(prefix)) throw new ApiError('invalid_request', 'There is nothing here', 404);
		if (request.headers['content-type'] !== 'application/json') {
			throw new ApiError('invalid_request', 'application/json is wanted', 415);
		}
		const method = path.slice(prefix.length);
		if (method === 'info') return this.#info(readInput(body, { lang: 'string?' }));
		if (method === 'auth/login') return this.#login(request, body);
		const grant = this.#letIn(request);
		switch (method) {
			case 'credentials/list':
				return this.#list(body);
			case 'credentials/info':
				return this.#credentialInfo(body);
			case 'credentials/sendOTP':
			case 'credentials/getChallenge':
				return this.#sendCode(method, body);
			case 'credentials/authorize':
				return this.#authorize(body);
			case 'credentials/authorizeCheck':
				return this.#authorizeCheck(body);
			case 'signatures/signHash':
				return this.#signHash(body, grant);
			default:
				throw new ApiError('invalid_request', 'This method is not implemented', 501);
		}
	}

	#info(_input: Input): object {
		const { version, accessToken, login } = this.#options;
		return {
			specs: version === 1 ? '1.0.4.0' : '2.0.0.2',
			name: 'Demo Remote Signing',
			logo: `${this.host}/logo.png`,
			region: 'NO',
			lang: 'en-US',
			description: 'For tests',
			authType: [accessToken === undefined ? 'external' : 'oauth2code', ...(login === undefined ? [] : ['basic'])],
			oauth2: `${this.host}/`,
			methods: ['credentials/list', 'credentials/info', 'credentials/authorize', 'signatures/signHash'],
		};
	}

	#login(request: IncomingMessage, body: string): object {
		readInput(body, { refresh_token: 'string?', rememberMe: 'boolean?', clientData: 'string?' });
		const { login, accessToken } = this.#options;
		const expected = `Basic ${Buffer.from(login ?? '').toString('base64')}`;
		if (login === undefined || request.headers.authorization !== expected) {
			throw new ApiError('authentication_error', 'An error occurred during authentication process', 401);
		}
		return { access_token: accessToken, expires_in: 3600 };
	}

	#token(request: IncomingMessage, body: string): object {
		if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') {
			throw new ApiError('invalid_request', 'a form is wanted', 415);
		}
		const grant = this.oauth.exchange(new URLSearchParams(body));
		if (grant.scope === 'service') {
			return { access_token: this.#options.accessToken, token_type: 'Bearer', expires_in: 3600 };
		}
		const sad = this.#activate(grant.signatures, grant.hashes);
		this.#tokens.set(sad, grant);
		return { access_token: sad, token_type: this.#options.version === 1 ? 'SAD' : 'Bearer', expires_in: 300 };
	}

	/** @returns the grant of a token of scope `credential`. */
	#letIn(request: IncomingMessage): string | undefined {
		const { accessToken } = this.#options;
		if (accessToken === undefined) return undefined;
		const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
		if (bearer === accessToken) return undefined;
		if (this.#tokens.has(bearer)) return bearer;
		throw new ApiError('invalid_token', 'The access token is not valid', 401);
	}

	#list(body: string): object {
		const userId: Fields =
			this.#options.version === 1 ? { userID: 'string?' } : { userID: 'string?', onlyValid: 'boolean?' };
		readInput(body, { ...userId, maxResults: 'number?', pageToken: 'string?', clientData: 'string?' });
		return { credentialIDs: this.#options.credentialIds ?? [defaultId] };
	}

	#credentialInfo(body: string): object {
		const input = readInput(body, {
			credentialID: 'string',
			certificates: 'string?',
			certInfo: 'boolean?',
			authInfo: 'boolean?',
			lang: 'string?',
			clientData: 'string?',
		});
		this.#checkId(input);
		const { version, issued, scal = 1, multisign = 1, algorithms, keyStatus, certificateStatus } = this.#options;
		const certificates = [issued.certificate, ...issued.chain].map(base64);
		if (input['certificates'] !== 'chain') certificates.splice(1);
		const common = {
			key: { status: keyStatus ?? 'enabled', algo: algorithms, len: 2048 },
			cert: { status: certificateStatus ?? 'valid', certificates },
			SCAL: String(scal),
			multisign,
			lang: 'en-US',
		};
		return { ...common, ...describeAuthorization(version, this.#options) };
	}

	#sendCode(method: string, body: string): object {
		const { version } = this.#options;
		if ((method === 'credentials/sendOTP') !== (version === 1)) throw new ApiError('invalid_request', 'Unknown', 501);
		const fields: Fields =
			version === 1
				? { credentialID: 'string', clientData: 'string?' }
				: { credentialID: 'string', authObjectID: 'string' };
		const input = readInput(body, fields);
		this.#checkId(input);
		if (version === 2 && input['authObjectID'] !== 'OTP') {
			throw new ApiError('invalid_request', 'Invalid parameter authObjectID');
		}
		this.#codeWasSent = true;
		return version === 1 ? {} : { challenge: 'Type the code you got' };
	}

	#authorize(body: string): object {
		const { version, scal = 1, multisign = 1, mode = 'explicit', keyStatus, onAuthorize } = this.#options;
		onAuthorize?.(++this.#asked, this);
		if (mode === 'oauth2code') throw new ApiError('invalid_request', 'OAuth 2.0 is wanted');
		const common: Fields = {
			credentialID: 'string',
			numSignatures: 'number',
			description: 'string?',
			clientData: 'string?',
		};
		const input = readInput(
			body,
			version === 1
				? { ...common, hash: 'strings?', PIN: 'string?', OTP: 'string?' }
				: { ...common, hashes: 'strings?', hashAlgorithmOID: 'string?', authData: 'objects?' },
		);
		this.#checkId(input);
		if (keyStatus === 'disabled') {
			throw new ApiError('invalid_request', 'The credential identified by credentialID is disabled');
		}
		const signatures = Number(input['numSignatures']);
		if (!Number.isInteger(signatures) || signatures < 1) {
			throw new ApiError('invalid_request', 'Invalid value for parameter numSignatures');
		}
		if (signatures > multisign) throw new ApiError('invalid_request', 'Numbers of signatures is too high');
		const name = version === 1 ? 'hash' : 'hashes';
		const hashes = texts(input[name]);
		if (scal === 2 && hashes.length !== signatures) {
			throw new ApiError('invalid_request', `Missing (or invalid type) array parameter ${name}`);
		}
		if (version === 2 && hashes.length > 0) {
			const digest = digestByOid(input['hashAlgorithmOID']);
			for (const hash of hashes) readHash(hash, digestLength[digest]);
		}
		this.#checkFactors(input);
		if (this.refuseNext > 0) {
			this.refuseNext--;
			throw new ApiError('access_denied', 'The user denied the authorization', 403);
		}
		const sad = this.#activate(signatures, hashes);
		const { undecided = 0 } = this.#options;
		if (undecided === 0) return { SAD: sad, expiresIn: 300 };
		const handle = randomBytes(12).toString('hex');
		this.#underway.set(handle, { sad, left: undecided });
		return new Underway(handle);
	}

	#authorizeCheck(body: string): object {
		const handle = String(readInput(body, { handle: 'string' })['handle']);
		const underway = this.#underway.get(handle);
		if (!underway) throw new ApiError('invalid_request', 'Invalid parameter handle');
		return --underway.left > 0 ? new Underway(handle) : { SAD: underway.sad, expiresIn: 300 };
	}

	#checkFactors(input: Input): void {
		const { version, pin, otp } = this.#options;
		const given = version === 1 ? factorsV1(input) : factorsV2(input);
		if (pin === undefined && otp === undefined) {
			if (given.size > 0) throw new ApiError('invalid_request', 'No authentication data is wanted');
			return;
		}
		this.tries++;
		const isCodeRight = otp === undefined || (this.#codeWasSent && given.get('OTP') === otp);
		this.#codeWasSent = false;
		const wanted = [pin, otp].filter((factor) => factor !== undefined).length;
		if (given.size !== wanted) throw new ApiError('invalid_request', 'Not the authentication data that is wanted');
		if (version === 2) {
			if (given.get('PIN') === pin && isCodeRight) return;
			throw new ApiError('invalid_authentication_data', 'The authentication data is invalid');
		}
		if (given.get('PIN') !== pin) throw new ApiError('invalid_pin', 'The PIN is invalid');
		if (!isCodeRight) throw new ApiError('invalid_otp', 'The OTP is invalid');
	}

	#activate(signatures: number, hashes: readonly string[]): string {
		const sad = randomBytes(24).toString('base64');
		const isExpired = this.expireNext > 0;
		if (isExpired) this.expireNext--;
		this.authorizations.push({ signatures, hashes });
		this.#activations.set(sad, { signatures, hashes, left: signatures, isExpired });
		return sad;
	}

	#signHash(body: string, token: string | undefined): object {
		const { version, issued, scal = 1, algorithms, ecdsaFormat = 'der' } = this.#options;
		const common: Fields = {
			credentialID: 'string',
			SAD: 'string?',
			signAlgo: 'string',
			signAlgoParams: 'string?',
			clientData: 'string?',
		};
		const input = readInput(
			body,
			version === 1
				? { ...common, hash: 'strings', hashAlgo: 'string?' }
				: { ...common, hashes: 'strings', hashAlgorithmOID: 'string?', operationMode: 'string?' },
		);
		this.#checkId(input);
		if (this.breakNext > 0) {
			this.breakNext--;
			throw new ConnectionCut();
		}
		const hashes = texts(version === 1 ? input['hash'] : input['hashes']);
		if (hashes.length === 0) throw new ApiError('invalid_request', 'Empty hash array');
		const sad = typeof input['SAD'] === 'string' ? input['SAD'] : token;
		if (sad === undefined) throw new ApiError('invalid_request', 'Missing (or invalid type) string parameter SAD');
		const activation = this.#activations.get(sad);
		if (!activation) throw new ApiError('invalid_request', 'Invalid parameter SAD');
		if (activation.isExpired) throw new ApiError('invalid_request', 'SAD expired');
		if (activation.left < hashes.length) throw new ApiError('invalid_request', 'Invalid parameter SAD');
		if (scal === 2 && !hashes.every((hash) => activation.hashes.includes(hash))) {
			throw new ApiError('invalid_request', 'Hash is not authorized by the SAD');
		}
		const signAlgo = String(input['signAlgo']);
		if (!algorithms.includes(signAlgo)) throw new ApiError('invalid_request', 'Invalid parameter signAlgo');
		const hashAlgorithm = version === 1 ? input['hashAlgo'] : input['hashAlgorithmOID'];
		const how = { signAlgo, hashAlgorithm, parameters: input['signAlgoParams'], ecdsaFormat };
		const signatures = hashes.map((hash) => {
			const value = signHash(issued.key.privateKey, hash, how);
			if (this.rubbishNext === 0) return value;
			this.rubbishNext--;
			return randomBytes(value.length);
		});
		activation.left -= hashes.length;
		this.signed.push(hashes);
		return { signatures: signatures.map(base64) };
	}

	#checkId(input: Input): void {
		const { credentialIds = [defaultId] } = this.#options;
		if (credentialIds.some((id) => id === input['credentialID'])) return;
		throw new ApiError('invalid_request', 'Invalid parameter credentialID');
	}
}

/** Nothing is answered: whoever waits finds the connection closed. */
class ConnectionCut extends Error {}

/** The person has not decided yet (v2 §11.6). */
class Underway {
	readonly handle: string;

	constructor(handle: string) {
		this.handle = handle;
	}
}

/** Starts one; `await using` ends it. */
export async function startCscServer(options: CscServerOptions): Promise<CscServer> {
	const server = new CscServer(options);
	await server.start();
	return server;
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
