import type { Database } from './database.ts';

/** A signature over a revision of a document that cannot be submitted yet; the card need not be asked for it again. */
export interface StoredSignature {
	readonly posting: string;
	/** In whose place it was made. */
	readonly signatory: string;
	readonly document: string;
	/** SHA-256 of the revision that it is over, and its size in bytes. */
	readonly base: string;
	readonly baseSize: number;
	/** SHA-256 of the signed document, which is a blob of the store. */
	readonly signed: string;
	/** ISO 8601: when it was made. */
	readonly at: string;
}

/** One at most for each document and signatory: a newer one takes the place of an older. */
export class KeptSignatureTable {
	readonly #database: Database;

	constructor(database: Database) {
		this.#database = database;
	}

	of(posting: string): readonly StoredSignature[] {
		return this.#database
			.prepare<[string], StoredSignature>('SELECT * FROM keptSignature WHERE posting = ? ORDER BY at')
			.all(posting);
	}

	put({ posting, signatory, document, base, baseSize, signed, at }: StoredSignature): void {
		this.#database
			.prepare('INSERT OR REPLACE INTO keptSignature VALUES (?, ?, ?, ?, ?, ?, ?)')
			.run(posting, signatory, document, base, baseSize, signed, at);
	}

	remove({ posting, signatory, document }: Pick<StoredSignature, 'posting' | 'signatory' | 'document'>): void {
		this.#database
			.prepare('DELETE FROM keptSignature WHERE posting = ? AND signatory = ? AND document = ?')
			.run(posting, signatory, document);
	}
}
