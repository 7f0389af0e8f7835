import type { Draft } from '../core/pades/draft.ts';
import type { SignatureOptions } from '../core/pades/options.ts';
import type { RequestedSignature } from './signatureOptions.ts';

/** What was asked for, with the place found where it depends on what the document says. */
export async function resolveSignature(
	draft: Draft,
	wish: RequestedSignature & Pick<SignatureOptions, 'digest' | 'signingTime' | 'studio'>,
): Promise<SignatureOptions> {
	const { soughtPlace, ...options } = wish;
	if (!soughtPlace) return options;
	if ('corner' in soughtPlace) {
		const { placeInCorner } = await import('../core/pades/cornerPlace.ts');
		return { ...options, place: placeInCorner(draft.document, soughtPlace) };
	}
	const { findTextPlace } = await import('../core/pades/textPlace.ts');
	return { ...options, place: await findTextPlace(draft.source, soughtPlace, draft.password) };
}
