import type { LocalStore } from '../store/localStore.ts';
import type { Connection } from './connection.ts';
import { ServiceError, unreadable } from './serviceError.ts';

/** Bytes of one exchange: what is lost when the network is cut. */
const PIECE = 4 * 1024 * 1024;
/** Milliseconds for one piece: slow lines are given their time. */
const PIECE_TIMEOUT = 120_000;

const tus = { 'tus-resumable': '1.0.0' } as const;

export interface TransferOptions {
	readonly signal?: AbortSignal | undefined;
	/** Told after each piece. */
	readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface UploadOptions extends TransferOptions {
	/** `Upload-Metadata` besides the digest. */
	readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Brings a blob into the store, from where an earlier download broke off, and checks its digest.
 *
 * @throws {NetworkError} {ServiceError} `blob-damaged` when what came is something else.
 */
export async function download(
	connection: Connection,
	store: LocalStore,
	blob: { readonly sha256: string; readonly size: number },
	{ signal, onProgress }: TransferOptions = {},
): Promise<void> {
	const { sha256, size } = blob;
	if (store.blobs.size(sha256) !== undefined) return;
	for (let position = store.blobs.begin(sha256, size); position < size; ) {
		const last = Math.min(position + PIECE, size) - 1;
		const { body, status } = await connection.ask({
			method: 'GET',
			path: `/v1/blobs/${sha256}`,
			headers: { range: `bytes=${position}-${last}` },
			timeout: PIECE_TIMEOUT,
			maximumSize: size,
			signal,
		});
		// A server that takes no notice of ranges sends all of it (RFC 9110 §14.2).
		const bytes = status === 200 ? body.subarray(position, last + 1) : body;
		if (bytes.length !== last + 1 - position) throw unreadable(connection.service, 'a range is of another length');
		store.blobs.append(sha256, position, bytes);
		position += bytes.length;
		onProgress?.(position, size);
	}
	if (store.blobs.finish(sha256)) return;
	throw new ServiceError('blob-damaged', `What ${connection.service} sent is not the document that it names.`, {
		hint: 'Try again; if it stays so, tell whoever runs the service.',
		subject: sha256,
	});
}

/**
 * Uploads a blob of the store by tus 1.0.0 (core and creation), from where an earlier upload broke off.
 *
 * @throws {NetworkError} {ServiceError}
 */
export async function upload(
	connection: Connection,
	store: LocalStore,
	sha256: string,
	options: UploadOptions = {},
): Promise<void> {
	const size = store.blobs.size(sha256);
	if (size === undefined) {
		throw new ServiceError('blob-missing', 'A document that is to be sent is no longer in the local store.', {
			hint: 'Add the document again.',
			subject: sha256,
		});
	}
	for (let attempt = 1; ; attempt++) {
		try {
			await send(connection, store, { sha256, size }, options);
			store.uploads.ended(sha256);
			return;
		} catch (error) {
			// The window and a command may be at the same upload: whoever comes second asks how far it is.
			const isOvertaken = error instanceof ServiceError && overtaken.has(error.status);
			if (!isOvertaken || attempt === MOST_ATTEMPTS) throw error;
		}
	}
}

/** Another offset, no such upload (any more). */
const overtaken: ReadonlySet<number> = new Set([404, 409, 410]);
const MOST_ATTEMPTS = 5;

async function send(
	connection: Connection,
	store: LocalStore,
	{ sha256, size }: { readonly sha256: string; readonly size: number },
	options: UploadOptions,
): Promise<void> {
	const { signal, onProgress } = options;
	const begun = await resume(connection, store, sha256, signal);
	const { address, offset: first } = begun ?? (await create(connection, store, { sha256, size }, options));
	for (let offset = first; offset < size; ) {
		const { headers } = await connection.ask({
			method: 'PATCH',
			path: address,
			headers: { ...tus, 'upload-offset': String(offset) },
			contentType: 'application/offset+octet-stream',
			body: store.blobs.read(sha256, offset, PIECE),
			timeout: PIECE_TIMEOUT,
			signal,
		});
		offset = offsetOf(headers, connection);
		onProgress?.(offset, size);
	}
}

interface Upload {
	readonly address: string;
	/** Bytes that the service has. */
	readonly offset: number;
}

/** @returns undefined where no upload was begun, or the service knows it no longer. */
async function resume(
	connection: Connection,
	store: LocalStore,
	sha256: string,
	signal: AbortSignal | undefined,
): Promise<Upload | undefined> {
	const address = store.uploads.address(sha256);
	if (address === undefined) return undefined;
	const { status, headers } = await connection.ask({
		method: 'HEAD',
		path: address,
		headers: tus,
		expected: [403, 404, 410],
		signal,
	});
	if (status < 400) return { address, offset: offsetOf(headers, connection) };
	store.uploads.ended(sha256);
	return undefined;
}

async function create(
	connection: Connection,
	store: LocalStore,
	{ sha256, size }: { readonly sha256: string; readonly size: number },
	{ metadata = {}, signal }: UploadOptions,
): Promise<Upload> {
	const named = Object.entries({ ...metadata, sha256 });
	const { headers } = await connection.ask({
		method: 'POST',
		path: '/v1/uploads',
		headers: {
			...tus,
			'upload-length': String(size),
			'upload-metadata': named.map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`).join(','),
		},
		signal,
	});
	const location = headers['location'];
	if (!location) throw unreadable(connection.service, 'an upload without an address');
	const address = new URL(location, `${connection.service}/v1/uploads/`);
	// Behind a proxy a service may write another scheme or host than it is reached by: the path alone counts.
	const path = address.pathname + address.search;
	store.uploads.begun(sha256, path);
	return { address: path, offset: 0 };
}

function offsetOf(headers: Readonly<Record<string, string>>, connection: Connection): number {
	const offset = Number(headers['upload-offset'] ?? Number.NaN);
	if (Number.isSafeInteger(offset) && offset >= 0) return offset;
	throw unreadable(connection.service, 'an upload without its offset');
}
