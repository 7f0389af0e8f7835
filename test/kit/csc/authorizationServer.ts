/** The OAuth 2.0 side of a signing service: one user who always agrees, and every parameter checked (v2 §8.4). */
import { createHash, randomBytes } from 'node:crypto';
import { ApiError } from './strictInput.ts';

export const demoClient = { id: 'paraph-test', secret: 'no-secret-at-all' } as const;

/** What a person agreed to. */
export interface Grant {
	readonly scope: 'service' | 'credential';
	readonly credentialId: string | undefined;
	readonly signatures: number;
	/** Base64. */
	readonly hashes: readonly string[];
}

interface Pending {
	readonly grant: Grant;
	readonly challenge: string;
	readonly redirectUri: string;
}

export class AuthorizationServer {
	readonly #version: 1 | 2;
	readonly #codes = new Map<string, Pending>();
	/** Set to have the next authorisation answered like this. */
	misbehaviour: 'deny' | 'forge-state' | undefined;

	constructor(version: 1 | 2) {
		this.#version = version;
	}

	/** @returns where the browser is sent. @throws {ApiError} */
	authorize(query: URLSearchParams): string {
		const take = (name: string): string => {
			const value = query.get(name);
			if (value === null || value === '') throw new ApiError('invalid_request', `Missing parameter ${name}`);
			query.delete(name);
			return value;
		};
		if (take('response_type') !== 'code') throw new ApiError('unsupported_response_type', 'code is wanted');
		if (take('client_id') !== demoClient.id) throw new ApiError('invalid_request', 'Invalid parameter client_id');
		if (take('code_challenge_method') !== 'S256') throw new ApiError('invalid_request', 'S256 is wanted');
		const redirectUri = take('redirect_uri');
		if (!/^http:\/\/127\.0\.0\.1:\d+\//.test(redirectUri)) {
			throw new ApiError('invalid_request', 'Invalid parameter redirect_uri');
		}
		const pending = { redirectUri, challenge: take('code_challenge'), state: take('state'), scope: take('scope') };
		const grant = this.#grant(pending.scope, query, take);
		if (query.size > 0) throw new ApiError('invalid_request', `Unknown parameter ${[...query.keys()].join(', ')}`);
		return this.#redirect({ ...pending, grant });
	}

	/** @returns what is granted for the code. @throws {ApiError} */
	exchange(form: URLSearchParams): Grant {
		if (form.get('grant_type') !== 'authorization_code') {
			throw new ApiError('invalid_request', 'Invalid parameter grant_type');
		}
		if (form.get('client_id') !== demoClient.id || form.get('client_secret') !== demoClient.secret) {
			throw new ApiError('invalid_client', 'Invalid parameter client_secret', 401);
		}
		const code = form.get('code') ?? '';
		const pending = this.#codes.get(code);
		this.#codes.delete(code);
		if (!pending) throw new ApiError('invalid_grant', 'Authorization code is invalid or expired');
		if (form.get('redirect_uri') !== pending.redirectUri) {
			throw new ApiError('invalid_grant', 'redirect_uri parameter does not match');
		}
		const verifier = form.get('code_verifier') ?? '';
		const isProof = createHash('sha256').update(verifier).digest('base64url') === pending.challenge;
		if (verifier.length < 43 || !isProof) throw new ApiError('invalid_grant', 'code_verifier does not match');
		return pending.grant;
	}

	#grant(scope: string, query: URLSearchParams, take: (name: string) => string): Grant {
		if (scope === 'service') return { scope, credentialId: undefined, signatures: 0, hashes: [] };
		if (scope !== 'credential') throw new ApiError('invalid_scope', 'service or credential is wanted');
		const credentialId = take('credentialID');
		const signatures = Number(take('numSignatures'));
		const name = this.#version === 1 ? 'hash' : 'hashes';
		if (!query.has(name)) return { scope, credentialId, signatures, hashes: [] };
		const hashes = take(name)
			.split(',')
			.map((hash) => Buffer.from(hash, 'base64url').toString('base64'));
		if (this.#version === 2) take('hashAlgorithmOID');
		if (hashes.length !== signatures) throw new ApiError('invalid_request', 'numSignatures does not match');
		return { scope, credentialId, signatures, hashes };
	}

	#redirect(asked: Pending & { readonly state: string }): string {
		const target = new URL(asked.redirectUri);
		const { misbehaviour } = this;
		this.misbehaviour = undefined;
		target.searchParams.set('state', misbehaviour === 'forge-state' ? 'forged' : asked.state);
		if (misbehaviour === 'deny') {
			target.searchParams.set('error', 'access_denied');
			target.searchParams.set('error_description', 'The user denied the request');
			return target.href;
		}
		const code = randomBytes(16).toString('base64url');
		this.#codes.set(code, asked);
		target.searchParams.set('code', code);
		return target.href;
	}
}
