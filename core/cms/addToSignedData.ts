/** SignedData with more in it than its signer put there: what is signed stays as it is, byte for byte (RFC 5652 §5). */
import { context, type DerElement, readDer, Tag } from '../pki/der.ts';
import { explicit, integer, oid, sequence, setOf } from '../pki/derWriter.ts';
import { ContentType } from './oids.ts';

export interface Additions {
	/** DER of certificates; those that are there already are left out. */
	readonly certificates?: readonly Uint8Array[] | undefined;
	/** DER of `RevocationInfoChoice`: CRLs, and {@link ocspChoice}. */
	readonly revocationChoices?: readonly Uint8Array[] | undefined;
	/** DER of attributes for the first signer. */
	readonly unsignedAttributes?: readonly Uint8Array[] | undefined;
}

const OCSP_RESPONSE_INFO = '1.3.6.1.5.5.7.16.2';

/** An OCSPResponse among the revocation data of SignedData (RFC 5940 §2). */
export const ocspChoice = (response: Uint8Array): Uint8Array => {
	const choice = sequence(oid(OCSP_RESPONSE_INFO), response);
	choice[0] = context(1);
	return choice;
};

/** @param signedData DER of the ContentInfo, as `parseSignedData` gives it. @throws {DerError} */
export function addToSignedData(signedData: Uint8Array, additions: Additions): Uint8Array {
	const contentInfo = readDer(signedData, Tag.sequence).read();
	contentInfo.next();
	const reader = contentInfo.next(context(0)).read().next(Tag.sequence).read();
	const version = reader.next().integer();
	const digestAlgorithms = reader.next(Tag.set);
	const encapsulated = reader.next(Tag.sequence);
	const certificates = membersWith(reader.optional(context(0)), additions.certificates);
	const revocation = membersWith(reader.optional(context(1)), additions.revocationChoices);
	const [first, ...others] = [...reader.next(Tag.set).read().rest()];
	const signers = first ? [withAttributes(first, additions.unsignedAttributes ?? []), ...others.map(raw)] : [];
	const hasOther = revocation.some((choice) => choice[0] === context(1));
	return sequence(
		oid(ContentType.signedData),
		explicit(
			0,
			sequence(
				// §5.1: other revocation data than CRLs makes it version 5.
				integer(hasOther ? 5 : version),
				digestAlgorithms.raw,
				encapsulated.raw,
				...(certificates.length > 0 ? [setOf(certificates, context(0))] : []),
				...(revocation.length > 0 ? [setOf(revocation, context(1))] : []),
				setOf(signers),
			),
		),
	);
}

const raw = (element: DerElement): Uint8Array => element.raw;

/** What a set holds, and what of the additions it does not. */
function membersWith(set: DerElement | undefined, added: readonly Uint8Array[] = []): readonly Uint8Array[] {
	const members = new Map<string, Uint8Array>();
	for (const member of [...(set?.read().rest() ?? [])].map(raw)) members.set(keyOf(member), member);
	for (const member of added) members.set(keyOf(member), member);
	return [...members.values()];
}

function withAttributes(signer: DerElement, added: readonly Uint8Array[]): Uint8Array {
	if (added.length === 0) return signer.raw;
	const fields = [...signer.read(Tag.sequence).rest()];
	const unsigned = fields.find(({ tag }) => tag === context(1));
	const signed = fields.filter((field) => field !== unsigned).map(raw);
	// Other than members of the sets above, attributes are never taken for one another.
	const attributes = [...[...(unsigned?.read().rest() ?? [])].map(raw), ...added];
	return sequence(...signed, setOf(attributes, context(1)));
}

const keyOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
