import { type BatchItem, signBatch } from '../../core/batch/signBatch.ts';
import type { FileOutcome } from '../../core/pades/fileOutcome.ts';
import type { SignatureOptions } from '../../core/pades/options.ts';
import { SigningError } from '../../core/pades/signingError.ts';
import { startSigningRun } from '../../core/pades/signingRun.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { SigningStage, SignRequest } from '../../preload/contract.ts';
import type { OpenFile } from '../documents/openDocuments.ts';
import type { Signers } from '../keys/signers.ts';
import { outputPath } from './outputPath.ts';
import type { ProofSources } from './proofSources.ts';
import { type WrittenOutcome, written } from './writtenOutcome.ts';

export interface SigningParts {
	readonly opened: OpenFile;
	readonly sources: ProofSources;
	readonly signers: Signers;
	readonly signal: AbortSignal;
	readonly onStage: (stage: SigningStage) => void;
}

/**
 * Signs a document that is open, to the level asked for.
 *
 * @returns the outcome: signed or incomplete, with the file that was written.
 * @throws whatever kept it from being signed; then nothing was written.
 */
export async function signDocument(request: SignRequest, parts: SigningParts): Promise<WrittenOutcome> {
	const { opened, sources, signal, onStage } = parts;
	onStage('preparing');
	await opened.file.refuseIfChanged();
	// The same PIN for the login and, where the key wants it again, for the signature.
	const signer = await parts.signers.open(request.identity, { pin: request.pin, signal });
	try {
		const supply = sources.offline ? undefined : sources.supply;
		const run = await startSigningRun({ signer, level: request.level, clock: systemClock, signal, ...sources, supply });
		let outcome: FileOutcome | undefined;
		await signBatch([batchItem(request, opened)], {
			run,
			offline: sources.offline,
			signal,
			onStage,
			onOutcome: (one) => {
				outcome = one;
			},
		});
		return written(outcome);
	} finally {
		await signer.close();
	}
}

function batchItem(request: SignRequest, { file, password }: OpenFile): BatchItem {
	return {
		file: file.path,
		out: outputPath(file.path),
		overwrite: 'never',
		level: request.level,
		password,
		async options(draft) {
			// What was seen is what is signed: the bytes in hand are those that the handle pins.
			const digest = Buffer.from(await draft.inputDigest()).toString('hex');
			if (digest !== file.sha256) {
				throw new SigningError('document-changed', `${file.name} is no longer the file that was shown.`, {
					subject: file.name,
				});
			}
			return signatureOptions(request);
		},
	};
}

/** The same for the preview as for the signature. */
export function signatureOptions(
	request: Pick<SignRequest, 'mark' | 'field' | 'reason' | 'location'>,
): SignatureOptions {
	const { mark, field, reason, location } = request;
	return {
		digest: 'sha256',
		signingTime: systemClock.now(),
		...(field !== undefined && { field }),
		...(mark && { place: { page: mark.page, ...mark.rectangle } }),
		// An empty text is none.
		...(reason && { reason }),
		...(location && { location }),
	};
}
