import { AttributeType } from '../../cms/oids.ts';
import type { SignerInfo } from '../../cms/signedData.ts';
import { DerError } from '../../pki/der.ts';

/** What the signer's clock said, by the signing-time attribute; undefined where it is absent or unreadable. */
export function signingTime(signer: SignerInfo | undefined): Date | undefined {
	try {
		const value = signer?.signedAttributes?.single(AttributeType.signingTime);
		return value === undefined || value === 'ambiguous' ? undefined : value.time();
	} catch (error) {
		if (error instanceof DerError) return undefined;
		throw error;
	}
}
