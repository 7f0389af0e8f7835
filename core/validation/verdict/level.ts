/** Which baseline level a signature has reached, by what is there and fits it (EN 319 142-1 §6.3). */
import { AttributeType } from '../../cms/oids.ts';
import type { CertificatePool } from '../../pki/certificatePool.ts';
import type { DocumentFacts } from '../facts/documentFacts.ts';
import type { SignatureFacts, SignedObject, XadesFacts } from '../facts/signatureFacts.ts';
import { validationDataEnd } from './validationDataEnd.ts';
import type { Level } from './verdict.ts';

/**
 * A timestamp counts when it is over this signature and verifies; whether its authority is trusted is another matter.
 *
 * @param anchors where paths end: nobody says of these whether they were revoked.
 */
export function findLevel(signature: SignatureFacts, document: DocumentFacts, anchors: CertificatePool): Level {
	if (!isBaseline(signature)) return 'basic';
	if (signature.xades) return levelOfXades(signature, signature.xades, document, anchors);
	if (signature.format !== 'pades') return levelOfCades(signature);
	const stamps = (signature.object?.timestamps ?? []).filter(({ kind, facts }) => kind === 'signature' && holds(facts));
	const later = document.signatures.filter(
		(other) =>
			other.kind === 'document-timestamp' && other.end > signature.end && other.object && holdsObject(other.object),
	);
	if (stamps.length === 0 && later.length === 0) return 'b-b';
	const authorities = stamps.length > 0 ? stamps : later.slice(0, 1).flatMap(({ object }) => object ?? []);
	const users = [signature.object, ...authorities].flatMap((user) => user?.facts.certificate ?? []);
	const data = document.store && validationDataEnd(users, document, anchors);
	if (data === undefined) return 'b-t';
	return later.some((timestamp) => timestamp.end > data) ? 'b-lta' : 'b-lt';
}

/** Everything is in the signature itself, and what an archive timestamp is over stands before it (EN 319 132-1 §6.3). */
function levelOfXades(
	{ object, offset }: SignatureFacts,
	{ end, barredFrom }: XadesFacts,
	document: DocumentFacts,
	anchors: CertificatePool,
): Level {
	const held = heldWithin(object);
	if (held.length === 0) return 'b-b';
	const stamps = held.filter(({ kind }) => kind === 'signature');
	const users = [object, ...(stamps.length > 0 ? stamps : held.slice(-1))].flatMap(
		(user) => user?.facts.certificate ?? [],
	);
	const data = validationDataEnd(users, document, anchors, [offset, end]);
	if (data === undefined || barredFrom === 'b-lt') return 'b-t';
	return held.some(({ kind, offset: own = 0 }) => kind === 'archive' && own > data) ? 'b-lta' : 'b-lt';
}

/** Timestamps over a signature inside it that fit, the last first. */
const heldWithin = (object: SignedObject | undefined) =>
	(object?.timestamps ?? []).filter(({ kind, facts }) => kind !== 'content' && holds(facts));

/** Everything is in the signature itself (EN 319 122-1 §6.3). */
function levelOfCades({ object }: SignatureFacts): Level {
	const held = heldWithin(object);
	if (held.length === 0) return 'b-b';
	const { signedData, signer } = object ?? {};
	const hasData =
		(signedData?.revocationChoices.length ?? 0) > 0 ||
		signer?.unsignedAttributes.has(AttributeType.revocationValues) ||
		object?.facts.certificate?.isSelfSigned;
	if (!hasData) return 'b-t';
	return held.some(({ kind }) => kind === 'archive') ? 'b-lta' : 'b-lt';
}

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
