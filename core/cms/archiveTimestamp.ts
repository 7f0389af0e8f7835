/** What an archive-time-stamp-v3 is over, and what its index says that there was (EN 319 122-1 §5.5.2 and §5.5.3, annex A). */
import { encodeDigestAlgorithm } from '../pki/algorithmIdentifier.ts';
import { context, DerError, readDer, Tag } from '../pki/der.ts';
import { octetString, oid, sequence } from '../pki/derWriter.ts';
import { digest } from '../pki/digest.ts';
import type { Digest, SigningDigest } from '../ports/algorithms.ts';
import { knownDigest } from './algorithms.ts';
import { encodeAttribute } from './attributes.ts';
import { AttributeType } from './oids.ts';
import type { SignedData, SignerInfo } from './signedData.ts';

/** DER of the ATSHashIndexV3 for what a signature holds now: its certificates, revocation data, unsigned attributes. */
export function buildHashIndex(signedData: SignedData, signer: SignerInfo, algorithm: SigningDigest): Uint8Array {
	const digests = (items: readonly Uint8Array[]): Uint8Array =>
		sequence(...items.map((item) => octetString(digest(algorithm, item))));
	return sequence(
		encodeDigestAlgorithm(algorithm),
		digests(signedData.certificateChoices),
		digests(signedData.revocationChoices.map(({ der }) => der)),
		digests(typedValues(signer)),
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

/** What an archive timestamp is over besides the signature and its content. */
export interface HashIndex {
	readonly der: Uint8Array;
	/** Numbers of the members of `certificateChoices` and `revocationChoices` that it lists, from 0. */
	readonly certificates: ReadonlySet<number>;
	readonly revocation: ReadonlySet<number>;
	/** Likewise of the values of all unsigned attributes, in the order written. */
	readonly unsignedValues: ReadonlySet<number>;
}

/**
 * The index that a timestamp token carries, where it is there once and all that it lists is still there (§5.5.2: what is
 * listed and missing makes the timestamp worthless); else undefined. What is there and not listed came later.
 *
 * @param token the SignerInfo of the timestamp token.
 */
export function soundHashIndex(signedData: SignedData, signer: SignerInfo, token: SignerInfo): HashIndex | undefined {
	const [found, ...more] = indexTypes.flatMap((type) =>
		token.unsignedAttributes.values(type).map((value) => ({ type, value })),
	);
	if (!found || more.length > 0) return undefined;
	const read = readHashIndex(found.value, found.type);
	if (!read) return undefined;
	const { algorithm, lists } = read;
	const listed = (list: number, items: readonly Uint8Array[]): ReadonlySet<number> | undefined => {
		const wanted = lists[list] ?? new Set();
		const there = items.map((item) => hex(digest(algorithm, item)));
		const known = new Set(there);
		if ([...wanted].some((value) => !known.has(value))) return undefined;
		return new Set(there.flatMap((value, number) => (wanted.has(value) ? [number] : [])));
	};
	const certificates = listed(0, signedData.certificateChoices);
	const revocation = listed(
		1,
		signedData.revocationChoices.map(({ der }) => der),
	);
	const unsignedValues = listed(2, indexedValues(signer, found.type));
	if (!certificates || !revocation || !unsignedValues) return undefined;
	return { der: found.value, certificates, revocation, unsignedValues };
}

const indexTypes = [AttributeType.atsHashIndexV3, AttributeType.atsHashIndexV2, AttributeType.atsHashIndex] as const;
type IndexType = (typeof indexTypes)[number];

/** Its three lists, of certificates, revocation data and unsigned attributes; undefined where it cannot be read. */
function readHashIndex(
	value: Uint8Array,
	type: IndexType,
): { readonly algorithm: Digest; readonly lists: readonly ReadonlySet<string>[] } | undefined {
	try {
		const fields = [...readDer(value, Tag.sequence).read().rest()];
		// TS 101 733 lets the algorithm be left out where it is SHA-256.
		const isDefault = fields.length === 3 && type === AttributeType.atsHashIndex;
		const written = isDefault ? undefined : fields.shift();
		const algorithm = isDefault ? 'sha256' : written && knownDigest(written);
		if (algorithm === undefined || fields.length !== 3) return undefined;
		const lists = fields.map(
			(list) => new Set([...list.read(Tag.sequence).rest()].map((listed) => hex(listed.octets()))),
		);
		return { algorithm, lists };
	} catch (error) {
		if (error instanceof DerError) return undefined;
		throw error;
	}
}

/** For each value of each unsigned attribute what the index lists the digest of: until version 3 that is the whole attribute. */
function indexedValues(signer: SignerInfo, type: IndexType): readonly Uint8Array[] {
	if (type === AttributeType.atsHashIndexV3) return typedValues(signer);
	return signer.unsignedAttributes.all.flatMap((attribute) => {
		const whole = encodeAttribute(attribute.type, ...attribute.values);
		return attribute.values.map(() => whole);
	});
}

/** The SignerInfo's fields up to the signature value, as they were written. */
function signedFields(signer: SignerInfo): readonly Uint8Array[] {
	return [...readDer(signer.der, Tag.sequence).read().rest()]
		.filter((field) => field.tag !== context(1))
		.map((field) => field.raw);
}

/** Each value of each unsigned attribute, with the type before it. */
function typedValues(signer: SignerInfo): readonly Uint8Array[] {
	return signer.unsignedAttributes.all.flatMap(({ type, values }) =>
		values.map((value) => Buffer.concat([oid(type), value])),
	);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
