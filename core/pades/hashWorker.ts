/** The thread behind `LargeContent`: hashes a file once through one buffer, and continues from there for each question. */
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type RunningDigest, startDigest } from '../pki/digest.ts';
import type { DocumentDigest } from '../ports/algorithms.ts';

export interface HashRequest {
	readonly algorithm: DocumentDigest;
	/** Bytes after the file. */
	readonly added: readonly Uint8Array[];
}

export type HashAnswer = { readonly digest: Uint8Array } | { readonly error: string };

/** What fits the cache that a core has to itself; larger ones go through memory twice. */
const BUFFER = 1024 * 1024;
const states = new Map<DocumentDigest, RunningDigest>();

parentPort?.on('message', (request: HashRequest) => parentPort?.postMessage(answer(request)));

function answer({ algorithm, added }: HashRequest): HashAnswer {
	try {
		const hash = stateOf(algorithm).copy();
		for (const bytes of added) hash.update(bytes);
		return { digest: hash.finish() };
	} catch (error) {
		return { error: error instanceof Error ? error.message : String(error) };
	}
}

function stateOf(algorithm: DocumentDigest): RunningDigest {
	const kept = states.get(algorithm);
	if (kept) return kept;
	const hash = startDigest(algorithm);
	const descriptor = openSync(String(workerData), 'r');
	try {
		const buffer = Buffer.allocUnsafeSlow(BUFFER);
		for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
			hash.update(buffer.subarray(0, count));
		}
	} finally {
		closeSync(descriptor);
	}
	states.set(algorithm, hash);
	return hash;
}
