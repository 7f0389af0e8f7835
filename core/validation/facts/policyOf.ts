import { type SignaturePolicy, signaturePolicyOf } from '../../cms/signaturePolicy.ts';
import type { SignatureFacts } from './signatureFacts.ts';

/** The signature policy that the signer names; undefined where there is none. */
export function policyOf({ object, xades }: SignatureFacts): SignaturePolicy | undefined {
	if (xades?.policy !== undefined) return { id: xades.policy, uri: undefined };
	return object?.signer && signaturePolicyOf(object.signer);
}
