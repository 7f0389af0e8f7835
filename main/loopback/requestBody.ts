import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DocumentError } from '../documents/documentError.ts';
import { RequestError } from '../failure.ts';

/** @throws {RequestError} when it is longer than `limit` bytes or no JSON. */
export async function readJson(request: IncomingMessage, limit: number): Promise<unknown> {
	const text = await readText(request, limit);
	try {
		return JSON.parse(text);
	} catch {
		throw new RequestError('the question is not JSON', 'body');
	}
}

/** @throws {RequestError} when it is longer than `limit` bytes. */
export async function readText(request: IncomingMessage, limit: number): Promise<string> {
	const chunks: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of request) {
		length += chunk.length;
		if (length > limit) throw new RequestError(`the question is longer than ${limit} bytes`, 'body');
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString('utf8');
}

/** Streams the body into a new file. @throws {DocumentError} `file-too-large` */
export async function saveBody(request: IncomingMessage, path: string, limit: number): Promise<void> {
	let length = 0;
	const counted = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			length += chunk.length;
			if (length <= limit) return done(null, chunk);
			done(new DocumentError('file-too-large', 'The file is too large to be dropped here.', { hint: tooLarge }));
		},
	});
	await pipeline(request, counted, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
}

const tooLarge = 'Open it with the chooser instead: then it is read where it lies.';
