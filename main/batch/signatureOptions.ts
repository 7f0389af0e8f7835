import type { MarkStudio } from '../../core/pades/appearance/markStudio.ts';
import type { SignatureOptions } from '../../core/pades/options.ts';
import type { ByteSource } from '../../core/pdf/byteSource.ts';
import type { PdfDocument } from '../../core/pdf/document.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { BatchWish, MarkPlace } from '../../preload/contract.ts';
import { placeIn } from './markPlace.ts';

/**
 * What a wish for all documents means in this one: the same when it is looked at as when it is signed.
 *
 * @throws {SigningError} `field-not-found`, `text-not-found`; {PdfError} `page-missing`.
 */
export async function signatureOptions(
	opened: { readonly document: PdfDocument; readonly source: ByteSource; readonly password: string | undefined },
	place: MarkPlace,
	{ reason, location }: Pick<BatchWish, 'reason' | 'location'>,
	studio: MarkStudio | undefined,
): Promise<SignatureOptions> {
	return {
		digest: 'sha256',
		signingTime: systemClock.now(),
		studio,
		...(await placeIn(opened, place)),
		...(reason && { reason }),
		...(location && { location }),
	};
}
