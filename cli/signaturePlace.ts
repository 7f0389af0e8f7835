import type { Draft } from '../core/pades/draft.ts';
import type { SignatureOptions } from '../core/pades/options.ts';
import type { RequestedSignature } from './signatureOptions.ts';

/** What was asked for, with the place found where it depends on what the document says. */
export async function resolveSignature(
	draft: Draft,
	wish: RequestedSignature & Pick<SignatureOptions, 'digest' | 'signingTime' | 'studio'>,
): Promise<SignatureOptions> {
	const { textPlace, ...options } = wish;
	if (!textPlace) return options;
	const { findTextPlace } = await import('../core/pades/textPlace.ts');
	return { ...options, place: await findTextPlace(draft.source, textPlace, draft.password) };
}
