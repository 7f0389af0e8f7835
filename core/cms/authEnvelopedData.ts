/** AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084), the content key under RSA-OAEP (RFC 8017, RFC 3560). */
import {
	constants,
	createCipheriv,
	createDecipheriv,
	type KeyObject,
	privateDecrypt,
	publicEncrypt,
	randomBytes,
} from 'node:crypto';
import { encodeDigestAlgorithm } from '../pki/algorithmIdentifier.ts';
import type { Certificate } from '../pki/certificate.ts';
import { context, contextPrimitive, DerError, readDer, Tag } from '../pki/der.ts';
import { der, explicit, implicit, integer, octetString, oid, sequence, setOf } from '../pki/derWriter.ts';
import { equalBytes } from './equalBytes.ts';
import { CmsError } from './errors.ts';
import { ContentType } from './oids.ts';
import { issuerAndSerialOf } from './signingCertificate.ts';

const rsaOaep = '1.2.840.113549.1.1.7';
const mgf1 = '1.2.840.113549.1.1.8';
const aes256Gcm = '2.16.840.1.101.3.4.1.46';
const tagLength = 16;

/** Encrypts to the holder of an RSA key. @returns DER of the ContentInfo. */
export function encryptTo(recipient: Certificate, content: Uint8Array): Uint8Array {
	const contentKey = randomBytes(32);
	const nonce = randomBytes(12);
	const cipher = createCipheriv('aes-256-gcm', contentKey, nonce, { authTagLength: tagLength });
	const encrypted = Buffer.concat([cipher.update(content), cipher.final()]);
	const key = {
		key: recipientKey(recipient),
		format: 'der',
		type: 'spki',
		padding: constants.RSA_PKCS1_OAEP_PADDING,
		oaepHash: 'sha256',
	} as const;
	const { issuer, serial } = issuerAndSerialOf(recipient.raw);
	const keyTransport = sequence(
		integer(0),
		sequence(issuer, der(Tag.integer, serial)),
		oaepIdentifier(),
		octetString(publicEncrypt(key, contentKey)),
	);
	const enveloped = sequence(
		integer(0),
		setOf([keyTransport]),
		sequence(
			oid(ContentType.data),
			sequence(oid(aes256Gcm), sequence(octetString(nonce), integer(tagLength))),
			implicit(contextPrimitive(0), octetString(encrypted)),
		),
		octetString(cipher.getAuthTag()),
	);
	return sequence(oid(ContentType.authEnvelopedData), explicit(0, enveloped));
}

/**
 * Decrypts what {@link encryptTo} wrote.
 *
 * @throws {CmsError} `cms-malformed`, `cms-not-enveloped-data`, `cms-other-recipient`, `cms-not-authentic`
 */
export function decryptFor(recipient: Certificate, key: KeyObject, bytes: Uint8Array): Uint8Array {
	try {
		return decrypt(recipient, key, bytes);
	} catch (error) {
		if (error instanceof DerError)
			throw new CmsError('cms-malformed', `an encrypted object cannot be read: ${error.message}`, { cause: error });
		throw error;
	}
}

function decrypt(recipient: Certificate, key: KeyObject, bytes: Uint8Array): Uint8Array {
	const contentInfo = readDer(bytes, Tag.sequence).read();
	const type = contentInfo.next().oid();
	if (type !== ContentType.authEnvelopedData)
		throw new CmsError('cms-not-enveloped-data', `a CMS object of type ${type} where encrypted data was expected`);
	const enveloped = contentInfo.next(context(0)).read().next(Tag.sequence).read();
	enveloped.next().integer();
	const encryptedKey = findKey(recipient, enveloped.next(Tag.set).raw);
	const info = enveloped.next(Tag.sequence).read();
	info.next().oid();
	const algorithm = info.next(Tag.sequence).read();
	const cipherName = algorithm.next().oid();
	const parameters = algorithm.next(Tag.sequence).read();
	const nonce = parameters.next().octets();
	const content = info.next(contextPrimitive(0)).content;
	const authenticationTag = enveloped.next().octets();
	if (cipherName !== aes256Gcm || authenticationTag.length !== tagLength || nonce.length !== 12)
		throw new CmsError('cms-malformed', 'encrypted in another way than AES-256-GCM with a whole tag');
	const padding = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
	try {
		const contentKey = privateDecrypt(padding, encryptedKey);
		const cipher = createDecipheriv('aes-256-gcm', contentKey, nonce, { authTagLength: tagLength });
		cipher.setAuthTag(authenticationTag);
		return Buffer.concat([cipher.update(content), cipher.final()]);
	} catch (cause) {
		throw new CmsError('cms-not-authentic', 'encrypted data was altered', { cause });
	}
}

/** The content key for this recipient, still encrypted. */
function findKey(recipient: Certificate, recipientInfos: Uint8Array): Uint8Array {
	const wanted = issuerAndSerialOf(recipient.raw);
	for (const info of readDer(recipientInfos, Tag.set).read().rest()) {
		// Other kinds of RecipientInfo are tagged [1] and up (RFC 5652 §6.2).
		if (info.tag !== Tag.sequence) continue;
		const reader = info.read();
		reader.next().integer();
		const identifier = reader.next(Tag.sequence).read();
		const issuer = identifier.next(Tag.sequence).raw;
		const serial = identifier.next().integerBytes();
		reader.next(Tag.sequence);
		if (equalBytes(issuer, wanted.issuer) && equalBytes(serial, wanted.serial)) return reader.next().octets();
	}
	throw new CmsError('cms-other-recipient', 'encrypted to somebody else');
}

/** RSAES-OAEP with SHA-256 throughout (RFC 4055 §4.1). */
function oaepIdentifier(): Uint8Array {
	const sha256 = encodeDigestAlgorithm('sha256');
	return sequence(oid(rsaOaep), sequence(explicit(0, sha256), explicit(1, sequence(oid(mgf1), sha256))));
}

const recipientKey = (recipient: Certificate): Buffer => Buffer.from(recipient.spki);
