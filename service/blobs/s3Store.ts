import {
	AbortMultipartUploadCommand,
	CompleteMultipartUploadCommand,
	CreateMultipartUploadCommand,
	DeleteObjectCommand,
	GetObjectCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	S3Client,
	S3ServiceException,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import { BlobError } from './blobError.ts';
import { inPieces } from './chunkCipher.ts';
import type { ObjectStore, StoredObject } from './objectStore.ts';

export interface S3Settings {
	readonly endpoint?: string | undefined;
	readonly region: string;
	readonly bucket: string;
	/** Put before each name. */
	readonly prefix?: string | undefined;
	/** Where they are left out, the usual places are searched (environment, instance). */
	readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** A part is whole in memory, so that it can be signed and tried again; S3 wants at least 5 MiB and at most 10,000. */
const PART = 16 * 1024 * 1024;

/** Objects in a bucket of whatever speaks S3. Uniqueness is for SQL: conditional writes are not everywhere. */
export class S3Store implements ObjectStore {
	readonly #client: S3Client;
	readonly #bucket: string;
	readonly #prefix: string;

	constructor({ endpoint, region, bucket, prefix = '', credentials }: S3Settings) {
		this.#bucket = bucket;
		this.#prefix = prefix;
		this.#client = new S3Client({
			region,
			...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
			...(credentials === undefined ? {} : { credentials }),
			// Swift and older servers know none of the newer checksums; ours are in the ciphertext.
			requestChecksumCalculation: 'WHEN_REQUIRED',
			responseChecksumValidation: 'WHEN_REQUIRED',
		});
	}

	async put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
		const target = this.#target(name);
		const pieces = inPieces(bytes, PART)[Symbol.asyncIterator]();
		const first = await pieces.next();
		const second = await pieces.next();
		if (first.done || second.done) {
			const Body = first.done ? Buffer.alloc(0) : first.value;
			await this.#client.send(new PutObjectCommand({ ...target, Body })).catch(unreachable);
			return;
		}
		const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(target)).catch(unreachable);
		const upload = { ...target, UploadId };
		try {
			const parts: { readonly ETag: string | undefined; readonly PartNumber: number }[] = [];
			const store = async (Body: Uint8Array): Promise<void> => {
				const PartNumber = parts.length + 1;
				const { ETag } = await this.#client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
				parts.push({ ETag, PartNumber });
			};
			await store(first.value);
			await store(second.value);
			for (let next = await pieces.next(); !next.done; next = await pieces.next()) await store(next.value);
			await this.#client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
		} catch (error) {
			await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => {});
			throw error instanceof S3ServiceException ? unreachable(error) : error;
		}
	}

	async *get(name: string, start: number, end: number): AsyncIterable<Uint8Array> {
		if (start >= end) return;
		const command = new GetObjectCommand({ ...this.#target(name), Range: `bytes=${start}-${end - 1}` });
		const { Body } = await this.#client.send(command).catch((error: unknown) => {
			throw isMissing(error) ? missing(name, error) : unreachable(error);
		});
		if (Body === undefined) throw missing(name, undefined);
		// In Node the SDK's body is a stream of buffers.
		for await (const chunk of Body as AsyncIterable<Uint8Array>) yield chunk;
	}

	async size(name: string): Promise<number | undefined> {
		try {
			return (await this.#client.send(new HeadObjectCommand(this.#target(name)))).ContentLength;
		} catch (error) {
			if (isMissing(error)) return undefined;
			throw unreachable(error);
		}
	}

	async remove(name: string): Promise<void> {
		await this.#client.send(new DeleteObjectCommand(this.#target(name))).catch(unreachable);
	}

	async *list(): AsyncIterable<StoredObject> {
		let ContinuationToken: string | undefined;
		do {
			const page = await this.#client
				.send(new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: this.#prefix, ContinuationToken }))
				.catch(unreachable);
			for (const { Key, LastModified } of page.Contents ?? [])
				if (Key !== undefined && LastModified !== undefined)
					yield { name: Key.slice(this.#prefix.length), modifiedAt: LastModified };
			ContinuationToken = page.NextContinuationToken;
		} while (ContinuationToken !== undefined);
	}

	close(): void {
		this.#client.destroy();
	}

	#target(name: string): { readonly Bucket: string; readonly Key: string } {
		return { Bucket: this.#bucket, Key: `${this.#prefix}${name}` };
	}
}

const isMissing = (error: unknown): boolean =>
	error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404;

const missing = (name: string, cause: unknown): BlobError =>
	new BlobError('blob-missing', `The object ${name} is not in the store.`, {
		hint: 'Restore it from a backup: `paraph restore --help`.',
		subject: name,
		cause,
	});

function unreachable(cause: unknown): never {
	const message = cause instanceof Error ? cause.message : String(cause);
	throw new BlobError('store-unreachable', `The object store refuses, or does not answer: ${message}`, {
		hint: 'Check blobs in the configuration; what was being stored can be sent again.',
		cause,
	});
}
