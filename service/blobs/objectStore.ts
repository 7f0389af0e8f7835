/** Where encrypted bytes lie, by name: a folder, or a bucket. It sees ciphertext alone, and decides nothing. */
export interface ObjectStore {
	/** On disk when it returns. A name is written once; an attempt that failed leaves nothing under it. */
	put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;

	/**
	 * The octets from `start` up to, not including, `end`.
	 *
	 * @throws {BlobError} `blob-missing`
	 */
	get(name: string, start: number, end: number): AsyncIterable<Uint8Array>;

	/** Octets; undefined where there is no such object. */
	size(name: string): Promise<number | undefined>;

	/** No complaint where there is none. */
	remove(name: string): Promise<void>;

	/** All of them, in no order. */
	list(): AsyncIterable<StoredObject>;

	close(): void;
}

export interface StoredObject {
	readonly name: string;
	readonly modifiedAt: Date;
}
