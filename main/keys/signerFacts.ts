import type { Certificate } from '../../core/pki/certificate.ts';
import type { SignerFacts } from '../../core/ports/signer.ts';
import type { PinFacts } from '../../preload/contract.ts';

/** What is known of a key before its PIN is asked for, as plain data: files are looked at with it in another thread. */
export const signerFacts = (
	certificate: Certificate,
	chain: readonly Certificate[],
	{ perSignature }: Pick<PinFacts, 'perSignature'>,
): SignerFacts => ({
	certificate: certificate.raw,
	chain: chain.map(({ raw }) => raw),
	authentication: perSignature ? 'per-signature' : 'once',
});
