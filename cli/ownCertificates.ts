/**
 * Which certificates this desk has signed with, and whose timestamps it took: the addresses in them are its own, so that
 * `extend` may use them where addresses in a stranger's certificate are refused.
 */
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Certificate } from '../core/pki/certificate.ts';
import type { AddressOrigin } from '../core/ports/fetcher.ts';
import { stateFolder } from './stateFolder.ts';

type Environment = NodeJS.ProcessEnv;

/** Says of every signer that it is this desk's, and remembers it. */
export function rememberingOrigin(env: Environment): (signer: Certificate) => AddressOrigin {
	const known = readOwn(env);
	return ({ fingerprint }) => {
		if (!known.has(fingerprint)) {
			known.add(fingerprint);
			remember(env, fingerprint);
		}
		return 'own-certificate';
	};
}

export function originOfOwn(env: Environment): (signer: Certificate) => AddressOrigin {
	const known = readOwn(env);
	return ({ fingerprint }) => (known.has(fingerprint) ? 'own-certificate' : 'stranger');
}

function readOwn(env: Environment): Set<string> {
	try {
		return new Set(
			readFileSync(placeOf(env), 'latin1')
				.split('\n')
				.filter((line) => line !== ''),
		);
	} catch {
		return new Set();
	}
}

/** Failing to remember costs a convenience, no signature. */
function remember(env: Environment, fingerprint: string): void {
	try {
		mkdirSync(dirname(placeOf(env)), { recursive: true, mode: 0o700 });
		appendFileSync(placeOf(env), `${fingerprint}\n`, { mode: 0o600 });
	} catch {
		// A home that cannot be written to.
	}
}

const placeOf = (env: Environment): string => join(stateFolder(env), 'own-certificates');
