/** What an archive-time-stamp-v3 is over, and what its index says that there was (EN 319 122-1 §5.5.2 and §5.5.3). */
import { encodeDigestAlgorithm } from '../pki/algorithmIdentifier.ts';
import { context, DerError, octetString, oid, readDer, sequence, Tag } from '../pki/der.ts';
import { digest } from '../pki/digest.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import { knownDigest } from './algorithms.ts';
import { AttributeType } from './oids.ts';
import type { SignedData, SignerInfo } from './signedData.ts';

/** DER of the ATSHashIndexV3 for what a signature holds now: its certificates, revocation data, unsigned attributes. */
export function buildHashIndex(signedData: SignedData, signer: SignerInfo, algorithm: SigningDigest): Uint8Array {
	const digests = (items: readonly Uint8Array[]): Uint8Array =>
		sequence(...items.map((item) => octetString(digest(algorithm, item))));
	return sequence(
		encodeDigestAlgorithm(algorithm),
		digests(signedData.certificateChoices),
		digests(signedData.revocationChoices),
		digests(unsignedValues(signer)),
	);
}

/** The bytes whose digest the timestamp carries. @param contentDigest of the signed file, by the timestamp's algorithm. */
export function archivedMessage(
	{ contentType }: Pick<SignedData, 'contentType'>,
	signer: SignerInfo,
	contentDigest: Uint8Array,
	hashIndex: Uint8Array,
): Uint8Array {
	return Buffer.concat([oid(contentType), contentDigest, ...signedFields(signer), hashIndex]);
}

/**
 * The index that a timestamp token carries, where it is there once and all that it lists is still there (§5.5.2: what is
 * listed and missing makes the timestamp worthless); else undefined.
 *
 * @param token the SignerInfo of the timestamp token.
 */
export function soundHashIndex(signedData: SignedData, signer: SignerInfo, token: SignerInfo): Uint8Array | undefined {
	const index = token.unsignedAttributes.single(AttributeType.atsHashIndexV3);
	if (index === undefined || index === 'ambiguous') return undefined;
	try {
		const reader = index.read(Tag.sequence);
		const algorithm = knownDigest(reader.next(Tag.sequence));
		if (algorithm === undefined) return undefined;
		const isThere = (items: readonly Uint8Array[]): boolean => {
			const known = new Set(items.map((item) => hex(digest(algorithm, item))));
			return [...reader.next(Tag.sequence).read().rest()].every((listed) => known.has(hex(listed.octets())));
		};
		const isSound = [signedData.certificateChoices, signedData.revocationChoices, unsignedValues(signer)].every(
			isThere,
		);
		reader.end();
		return isSound ? index.raw : undefined;
	} catch (error) {
		if (error instanceof DerError) return undefined;
		throw error;
	}
}

/** The SignerInfo's fields up to the signature value, as they were written. */
function signedFields(signer: SignerInfo): readonly Uint8Array[] {
	return [...readDer(signer.der, Tag.sequence).read().rest()]
		.filter((field) => field.tag !== context(1))
		.map((field) => field.raw);
}

/** Each value of each unsigned attribute, with the type before it. */
function unsignedValues(signer: SignerInfo): readonly Uint8Array[] {
	return signer.unsignedAttributes.all.flatMap(({ type, values }) =>
		values.map((value) => Buffer.concat([oid(type), value])),
	);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
