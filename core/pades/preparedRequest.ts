/** What a key is asked to sign, for the eyes of whoever holds it: said without the document. */
import { Attributes } from '../cms/attributes.ts';
import { CmsError } from '../cms/errors.ts';
import { AttributeType } from '../cms/oids.ts';
import { buildSignedAttributes } from '../cms/signedAttributes.ts';
import { DerError, readDer, Tag } from '../pki/der.ts';
import type { DocumentLabel, Prepared } from './prepared.ts';
import { SigningError } from './signingError.ts';

export interface PreparedRequest {
	/** As the other side calls it; undefined where it does not say. */
	readonly document: DocumentLabel | undefined;
	/** Bytes of the document, and its SHA-256 in hex: what the signer compares with what was seen. */
	readonly size: number;
	readonly sha256: string;
	/** In hex: of the document with the signature's field in it. This is what the signature binds. */
	readonly messageDigest: string;
}

/**
 * Reads what is to be signed, and refuses to have a key sign anything else under this name: the bytes must be the signed
 * attributes of a signature by this certificate, and nothing more.
 *
 * @throws {SigningError} `prepared-malformed`.
 */
export function readRequest(prepared: Prepared, subject: string): PreparedRequest {
	const { document, size, sha256, signedAttributes } = prepared;
	const messageDigest = messageDigestIn(signedAttributes);
	if (!messageDigest || !isSignatureOver(messageDigest, prepared)) {
		throw new SigningError(
			'prepared-malformed',
			`${subject} asks for a signature over something else than a document`,
			{
				subject,
			},
		);
	}
	const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
	return { document, size, sha256: hex(sha256), messageDigest: hex(messageDigest) };
}

function isSignatureOver(messageDigest: Uint8Array, { certificate, digest, signedAttributes }: Prepared): boolean {
	try {
		const expected = buildSignedAttributes({ messageDigest, certificate, certificateDigest: digest });
		return Buffer.compare(expected, signedAttributes) === 0;
	} catch (error) {
		if (error instanceof DerError) return false;
		throw error;
	}
}

function messageDigestIn(signedAttributes: Uint8Array): Uint8Array | undefined {
	try {
		const value = Attributes.read(readDer(signedAttributes, Tag.set).read()).single(AttributeType.messageDigest);
		return value === undefined || value === 'ambiguous' ? undefined : value.octets();
	} catch (error) {
		if (error instanceof DerError || error instanceof CmsError) return undefined;
		throw error;
	}
}
