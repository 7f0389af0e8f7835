/** Digests that the host's `node:crypto` may lack: Electron carries BoringSSL, without SHA-3, SHAKE and perhaps RIPEMD. */
import { createRequire } from 'node:module';
import type { Digest } from '../ports/algorithms.ts';
import { CertificateError } from './certificateError.ts';

/** Loads on first use and at once: a signature with SHA-2 never waits for these libraries. */
const require = createRequire(import.meta.url);

/** A digest taken over parts as they come. */
export interface RunningDigest {
	update(bytes: Uint8Array): void;
	/** Another that goes on from here. */
	copy(): RunningDigest;
	/** Ends it; `update` may not be called afterwards. */
	finish(): Uint8Array;
}

/** @throws {CertificateError} `algorithm-unknown` for digests that every host has. */
export function portableDigest(algorithm: Digest): RunningDigest {
	return running(portableHash(algorithm), (hash) => hash.clone());
}

interface AnyHash {
	update(bytes: Uint8Array): unknown;
	digest(): Uint8Array;
}
interface PortableHash extends AnyHash {
	clone(): PortableHash;
}

/** Any library's hash as a running digest. */
export const running = <H extends AnyHash>(hash: H, copy: (hash: H) => H): RunningDigest => ({
	update: (bytes) => {
		hash.update(bytes);
	},
	copy: () => running(copy(hash), copy),
	finish: () => hash.digest(),
});

function portableHash(algorithm: Digest): PortableHash {
	const sha3: typeof import('@noble/hashes/sha3.js') = require('@noble/hashes/sha3.js');
	const legacy: typeof import('@noble/hashes/legacy.js') = require('@noble/hashes/legacy.js');
	switch (algorithm) {
		case 'md5':
			return legacy.md5.create();
		case 'ripemd160':
			return legacy.ripemd160.create();
		case 'sha3-256':
			return sha3.sha3_256.create();
		case 'sha3-384':
			return sha3.sha3_384.create();
		case 'sha3-512':
			return sha3.sha3_512.create();
		case 'shake256':
			return sha3.shake256.create({ dkLen: 64 });
		default:
			throw new CertificateError('algorithm-unknown', `this host cannot compute ${algorithm}`);
	}
}
