import { ParaphError } from '../ports/errors.ts';

export type CmsErrorCode =
	/** Not BER, or not the structure RFC 5652 asks for. */
	| 'cms-malformed'
	/** A CMS object, but not SignedData. */
	| 'cms-not-signed-data'
	/** SignedData nobody signed. */
	| 'cms-no-signer'
	/** A CMS object, but not AuthEnvelopedData. */
	| 'cms-not-enveloped-data'
	/** Encrypted to other keys than the one at hand. */
	| 'cms-other-recipient'
	/** Decrypted, and found to be altered. */
	| 'cms-not-authentic';

/** A CMS object cannot be used. */
export class CmsError extends ParaphError {
	readonly code: CmsErrorCode;

	constructor(code: CmsErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
		super(message, {
			hint: options.hint ?? 'The signature is damaged or was not made by conforming software.',
			cause: options.cause,
		});
		this.code = code;
	}
}
