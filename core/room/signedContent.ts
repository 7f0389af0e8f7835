/** Content signed by one side of a room: CAdES with one signer, written in one way and accepted in no other. */
import { buildSignedData } from '../cms/buildSignedData.ts';
import { checkSigner } from '../cms/checkSigner.ts';
import { equalBytes } from '../cms/equalBytes.ts';
import { CmsError } from '../cms/errors.ts';
import { ContentType } from '../cms/oids.ts';
import { buildSignedAttributes } from '../cms/signedAttributes.ts';
import { parseSignedData, sortedSignedAttributes } from '../cms/signedData.ts';
import { Certificate } from '../pki/certificate.ts';
import { digest } from '../pki/digest.ts';
import { ParaphError } from '../ports/errors.ts';
import type { Identity } from './identity.ts';

const algorithm = { kind: 'ecdsa', digest: 'sha256' } as const;

/** DER of the SignedData. @param form whether the content is carried along. */
export function signContent(
	signer: Identity,
	content: Uint8Array,
	signingTime: Date,
	form: 'detached' | 'attached',
): Uint8Array {
	const certificate = signer.signing.raw;
	const signedAttributes = buildSignedAttributes({
		messageDigest: digest('sha256', content),
		certificate,
		certificateDigest: 'sha256',
		signingTime,
	});
	return buildSignedData({
		certificate,
		chain: [],
		signedAttributes,
		digest: 'sha256',
		algorithm,
		signature: signer.sign(signedAttributes),
		content: form === 'attached' ? { type: ContentType.data, bytes: content } : undefined,
	});
}

/**
 * Who signed this, and what.
 *
 * Written again from what was read, it must be the same bytes: so there is nothing in it that nobody signed.
 *
 * @param detached the content where it is not inside.
 * @returns undefined where it is anything but what {@link signContent} writes.
 */
export function readSigned(
	cms: Uint8Array,
	detached?: Uint8Array,
): { readonly signer: Certificate; readonly content: Uint8Array } | undefined {
	try {
		const signedData = parseSignedData(cms);
		const content = detached ?? signedData.content;
		const [info] = signedData.signerInfos;
		const [certificate] = signedData.certificates;
		if (!content || !info?.signedAttributesDer || !certificate) return undefined;
		const signer = Certificate.parse(certificate);
		const facts = checkSigner(
			info,
			{ contentType: ContentType.data, digest: (name) => digest(name, content), bytes: () => content },
			[signer],
		);
		const sound =
			facts.signature === 'valid' &&
			facts.messageDigest === 'matches' &&
			facts.contentType === 'matches' &&
			facts.signingCertificate === 'matches';
		const again = buildSignedData({
			certificate,
			chain: [],
			signedAttributes: sortedSignedAttributes(info.signedAttributesDer),
			digest: 'sha256',
			algorithm,
			signature: info.signature,
			content: detached ? undefined : { type: ContentType.data, bytes: content },
		});
		return sound && equalBytes(again, cms) ? { signer, content } : undefined;
	} catch (error) {
		if (error instanceof ParaphError || error instanceof CmsError) return undefined;
		throw error;
	}
}
