/** Which baseline level a signature has reached, by what is there and fits it (EN 319 142-1 §6.3). */
import { AttributeType } from '../../cms/oids.ts';
import type { CertificatePool } from '../../pki/certificatePool.ts';
import type { DocumentFacts } from '../facts/documentFacts.ts';
import type { PlaceRange, SignatureFacts, SignedObject } from '../facts/signatureFacts.ts';
import { hasValidationData } from './validationData.ts';
import type { Level } from './verdict.ts';

/**
 * A timestamp counts when it is over this signature and verifies; whether its authority is trusted is another matter.
 *
 * @param anchors where paths end: nobody says of these whether they were revoked.
 */
export function findLevel(signature: SignatureFacts, document: DocumentFacts, anchors: CertificatePool): Level {
	if (!isBaseline(signature)) return 'basic';
	if (signature.carries) return levelWithin(signature, signature.carries, document, anchors);
	const stamps = (signature.object?.timestamps ?? []).filter(({ kind, facts }) => kind === 'signature' && holds(facts));
	const later = document.signatures.filter(
		(other) =>
			other.kind === 'document-timestamp' && other.end > signature.end && other.object && holdsObject(other.object),
	);
	if (stamps.length === 0 && later.length === 0) return 'b-b';
	const authorities = stamps.length > 0 ? stamps : later.slice(0, 1).flatMap(({ object }) => object ?? []);
	const users = [signature.object, ...authorities].flatMap((user) => user?.facts.certificate ?? []);
	const holdsData = (end: number): boolean =>
		document.store !== undefined && hasValidationData(users, document, anchors, (place) => place < end);
	if (!holdsData(Number.POSITIVE_INFINITY)) return 'b-t';
	return later.some(({ end }) => holdsData(end)) ? 'b-lta' : 'b-lt';
}

/** Everything is in the signature itself, and what an archive timestamp is over was there before it (EN 319 122-1, 132-1 §6.3). */
function levelWithin(
	{ object, xades }: SignatureFacts,
	[start, end]: PlaceRange,
	document: DocumentFacts,
	anchors: CertificatePool,
): Level {
	const held = heldWithin(object);
	if (held.length === 0) return 'b-b';
	const stamps = held.filter(({ kind }) => kind === 'signature');
	const users = [object, ...(stamps.length > 0 ? stamps : held.slice(-1))].flatMap(
		(user) => user?.facts.certificate ?? [],
	);
	const holdsData = (isThere: (place: number) => boolean): boolean =>
		hasValidationData(users, document, anchors, isThere);
	if (xades?.barredFrom === 'b-lt' || !holdsData((place) => place >= start && place < end)) return 'b-t';
	const isArchived = held.some(({ kind, covers }) => kind === 'archive' && holdsData((place) => covers.has(place)));
	return isArchived ? 'b-lta' : 'b-lt';
}

/** Timestamps over a signature inside it that fit, the last first. */
const heldWithin = (object: SignedObject | undefined) =>
	(object?.timestamps ?? []).filter(({ kind, facts }) => kind !== 'content' && holds(facts));

/** PAdES wants CAdES attributes, no time in them, and the time in `/M` (§6.3); CAdES wants it in them (EN 319 122-1 §6.3). */
function isBaseline({ dictionary, object, format, xades }: SignatureFacts): boolean {
	const attributes = object?.signer?.signedAttributes;
	const { signingCertificate } = object?.facts ?? {};
	if (format === 'xades')
		return xades?.signingTime !== undefined && signingCertificate === 'matches' && xades.barredFrom !== 'b-b';
	if (!attributes || signingCertificate === 'absent' || signingCertificate === 'malformed') return false;
	const hasTime = attributes.has(AttributeType.signingTime);
	return format === 'cades'
		? hasTime
		: dictionary.subFilter === 'ETSI.CAdES.detached' && !hasTime && dictionary.time !== undefined;
}

interface Arithmetic {
	readonly imprint: SignedObject['imprint'];
	readonly signature: SignedObject['facts']['signature'];
	readonly messageDigest: SignedObject['facts']['messageDigest'];
}

const holds = ({ imprint, signature, messageDigest }: Arithmetic): boolean =>
	imprint === 'matches' && signature === 'valid' && messageDigest === 'matches';

const holdsObject = ({ imprint, facts }: SignedObject): boolean => holds({ ...facts, imprint });
