/** A signer whose key is in memory, and a desk to sign at with it: the product's code, without a token. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Draft } from '../../core/pades/draft.ts';
import type { Level } from '../../core/pades/level.ts';
import type { SignatureOptions } from '../../core/pades/options.ts';
import { type SignedDraft, signDraft } from '../../core/pades/signDraft.ts';
import { Stopwatch } from '../../core/pades/stopwatch.ts';
import { BytesSource } from '../../core/pdf/byteSource.ts';
import { PdfDocument } from '../../core/pdf/document.ts';
import type { Signer } from '../../core/ports/signer.ts';
import type { TsaClient } from '../../core/tsp/tsaClient.ts';
import type { Issued } from './demoPki/authority.ts';

export const keySigner = (issued: Issued): Signer => ({
	certificate: issued.certificate,
	chain: issued.chain,
	authentication: 'once',
	sign: async (message) => issued.key.sign(message),
	close: async () => {},
});

export interface Signed extends SignedDraft {
	readonly bytes: Uint8Array;
	/** The document with the signature. */
	readonly document: PdfDocument;
}

/** A folder to sign in; dispose it when done. */
export class SigningFolder implements Disposable {
	readonly path = mkdtempSync(join(tmpdir(), 'paraph-desk-'));
	#count = 0;

	/** Writes a file. @returns its path. */
	put(bytes: Uint8Array, name = `input-${++this.#count}.pdf`): string {
		const path = join(this.path, name);
		writeFileSync(path, bytes);
		return path;
	}

	/** Signs as `paraph sign` does, in memory, up to `b-t`. */
	async sign(
		document: Uint8Array,
		issued: Issued,
		options: Partial<SignatureOptions> = {},
		proof: { readonly level?: Level; readonly supply?: TsaClient } = {},
	): Promise<Signed> {
		const draft = Draft.open(this.put(document), { digest: 'sha256' });
		const request = {
			level: proof.level ?? 'b-b',
			options: { digest: 'sha256' as const, signingTime: new Date(), ...options },
			chain: issued.chain,
		};
		try {
			const made = await signDraft(draft, keySigner(issued), proof.supply, request, new Stopwatch());
			const bytes = draft.source.read(0, draft.source.size);
			return { ...made, bytes, document: PdfDocument.open(new BytesSource(bytes)) };
		} finally {
			draft.close();
		}
	}

	[Symbol.dispose](): void {
		rmSync(this.path, { recursive: true, force: true });
	}
}
