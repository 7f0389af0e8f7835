/** A detached CAdES signature that is being extended, and the file it is over. */
import { readFileSync, statSync } from 'node:fs';
import { type Additions, addToSignedData } from '../cms/addToSignedData.ts';
import { parseSignedData, type SignedData, type SignerInfo } from '../cms/signedData.ts';
import { digest as digestOf } from '../pki/digest.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import { Draft } from './draft.ts';
import type { OutputFile } from './outputFile.ts';
import { SigningError } from './signingError.ts';

export class DetachedDraft {
	readonly path: string;
	/** Of the file that was signed. */
	readonly contentPath: string;
	readonly #input: Uint8Array;
	readonly #before: Uint8Array;
	#cms: Uint8Array;

	constructor(path: string, contentPath: string, cms: Uint8Array) {
		this.path = path;
		this.contentPath = contentPath;
		this.#input = cms;
		this.#before = parseSignedData(cms).der;
		this.#cms = this.#before;
	}

	/** @throws {CmsError} where it is no signature; system errors for files that are missing. */
	static open(path: string, contentPath: string): DetachedDraft {
		statSync(contentPath);
		return new DetachedDraft(path, contentPath, readFileSync(path));
	}

	/** DER of the whole signature with everything added. */
	get cms(): Uint8Array {
		return this.#cms;
	}

	get signedData(): SignedData {
		return parseSignedData(this.#cms);
	}

	/** @throws {SigningError} `not-signed`. */
	get signer(): SignerInfo {
		const [signer] = this.signedData.signerInfos;
		if (!signer) throw new SigningError('not-signed', `${this.path} carries no signature`, { subject: this.path });
		return signer;
	}

	get isChanged(): boolean {
		return Buffer.compare(this.#cms, this.#before) !== 0;
	}

	add(additions: Additions): void {
		this.#cms = addToSignedData(this.#cms, additions);
	}

	async contentDigest(algorithm: SigningDigest): Promise<Uint8Array> {
		const { content } = this.signedData;
		if (content) return digestOf(algorithm, content);
		const file = Draft.open(this.contentPath, { digest: algorithm });
		try {
			return await file.digest(algorithm);
		} finally {
			file.close();
		}
	}

	/** SHA-256 of the signature as it was opened. */
	async inputDigest(): Promise<Uint8Array> {
		return digestOf('sha256', this.#input);
	}

	/** Of the signature with everything added. */
	async digest(algorithm: SigningDigest): Promise<Uint8Array> {
		return digestOf(algorithm, this.#cms);
	}

	async write(output: OutputFile): Promise<void> {
		await output.write(undefined, [this.#cms]);
	}
}
