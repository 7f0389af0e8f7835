/** The service's own key: seals receipts by PAdES and signature objects by JWS. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealObject } from '../../core/evidence/sealedObject.ts';
import type { SignatureObject } from '../../core/evidence/signatureObject.ts';
import { completeDraft, type EvidenceSource } from '../../core/pades/completeDraft.ts';
import { Draft } from '../../core/pades/draft.ts';
import { signDraft } from '../../core/pades/signDraft.ts';
import { Stopwatch } from '../../core/pades/stopwatch.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Signer } from '../../core/ports/signer.ts';
import type { TsaClient } from '../../core/tsp/tsaClient.ts';

export interface SealerParts {
	/** A key in the service's HSM, or in a PKCS#12 file. */
	readonly signer: Signer;
	readonly clock: Clock;
	/** Where timestamps come from; without it seals are at B-B. */
	readonly tsa: TsaClient | undefined;
	/** Where evidence about the certificate comes from; without it, as for a key of its own making, seals are at B-T. */
	readonly evidence: EvidenceSource | undefined;
}

export class Sealer {
	readonly #parts: SealerParts;

	constructor(parts: SealerParts) {
		this.#parts = parts;
	}

	/**
	 * Signs a PDF.
	 *
	 * @throws {TokenError}, {SigningError} when the key does not sign; {TimestampError}, {NetworkError} when it cannot be
	 *   proved for good: it is tried again later.
	 */
	async sealPdf(pdf: Uint8Array): Promise<Uint8Array> {
		const folder = await mkdtemp(join(tmpdir(), 'paraph-seal-'));
		try {
			const path = join(folder, 'receipt.pdf');
			await writeFile(path, pdf, { mode: 0o600 });
			return await this.#sealFile(path);
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	}

	/** @throws {TokenError} */
	sealObject(object: SignatureObject): Promise<string> {
		return sealObject(object, this.#parts.signer);
	}

	async #sealFile(path: string): Promise<Uint8Array> {
		const { signer, tsa, evidence, clock } = this.#parts;
		const draft = Draft.open(path, { digest: 'sha256' });
		try {
			const level = tsa === undefined ? 'b-b' : evidence === undefined ? 'b-t' : 'b-lta';
			const options = { digest: 'sha256' as const, signingTime: clock.now() };
			const watch = new Stopwatch();
			const made = await signDraft(draft, signer, tsa, { level, options, chain: signer.chain }, watch);
			if (made.failure) throw made.failure;
			if (level === 'b-lta' && evidence !== undefined) {
				const request = {
					level,
					digest: options.digest,
					signatures: made.signatures,
					notBefore: made.timestampTime,
				} as const;
				const { failure } = await completeDraft(draft, evidence, tsa, request, watch);
				if (failure) throw failure;
			}
			return Uint8Array.from(draft.source.read(0, draft.source.size));
		} finally {
			draft.close();
		}
	}
}
