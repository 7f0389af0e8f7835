/** The signature policy that a signer claims to follow (EN 319 122-1 §5.2.9). */
import { DerError, Tag } from '../pki/der.ts';
import { AttributeType } from './oids.ts';
import type { SignerInfo } from './signedData.ts';

export interface SignaturePolicy {
	/** Dotted object identifier; `implied` where the signer names none but says that there is one. */
	readonly id: string;
	/** Where the policy is to be found, if the signer says so. */
	readonly uri: string | undefined;
}

const policyUri = '1.2.840.113549.1.9.16.5.1';

/** Undefined where none is named, or what is named cannot be read. */
export function signaturePolicyOf(signer: SignerInfo): SignaturePolicy | undefined {
	const written = signer.signedAttributes?.single(AttributeType.signaturePolicy);
	if (written === undefined || written === 'ambiguous') return undefined;
	if (written.tag === Tag.null) return { id: 'implied', uri: undefined };
	try {
		const reader = written.read(Tag.sequence);
		const id = reader.next().oid();
		reader.optional(Tag.sequence);
		for (const qualifier of reader.optional(Tag.sequence)?.read().rest() ?? []) {
			const parts = qualifier.read(Tag.sequence);
			if (parts.next().oid() === policyUri) return { id, uri: Buffer.from(parts.next().content).toString('latin1') };
		}
		return { id, uri: undefined };
	} catch (error) {
		if (error instanceof DerError) return undefined;
		throw error;
	}
}
