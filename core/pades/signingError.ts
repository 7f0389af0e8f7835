import { ParaphError } from '../ports/errors.ts';

/** One code for each thing a person can do about a signature that cannot be made. */
export type SigningErrorCode =
	| 'certificate-expired'
	| 'certificate-not-yet-valid'
	| 'certificate-revoked'
	| 'certificate-not-for-signing'
	| 'certificate-unusable'
	| 'algorithm-unsuitable'
	| 'signing-forbidden'
	| 'field-not-found'
	| 'field-signed'
	| 'field-locked'
	| 'field-unsuitable'
	| 'seed-value-violated'
	| 'place-invalid'
	| 'text-not-found'
	| 'image-unreadable'
	| 'xmp-invalid'
	| 'signature-too-large'
	| 'signature-invalid'
	| 'prepared-malformed'
	| 'prepared-mismatch'
	| 'tsa-missing'
	| 'not-signed'
	| 'not-a-document'
	| 'output-exists'
	| 'output-is-input'
	| 'output-clash'
	| 'disk-full'
	| 'document-changed';

const HINTS: Record<SigningErrorCode, string> = {
	'certificate-expired': 'Choose a certificate that is valid today.',
	'certificate-not-yet-valid': "Choose a certificate that is valid today, or check this computer's clock.",
	'certificate-revoked': 'Choose another certificate; ask your issuer for a new one.',
	'certificate-not-for-signing': 'Choose a certificate that is meant for signatures.',
	'certificate-unusable': 'Choose another certificate.',
	'algorithm-unsuitable': 'Choose a digest and an algorithm that the key supports.',
	'signing-forbidden': 'Ask the author of the document for a version that may be signed.',
	'field-not-found': 'See `paraph fields` for the fields of the document.',
	'field-signed': 'Choose an empty field, or leave the field out.',
	'field-locked': 'An earlier signature locks this field; choose another, or leave the field out.',
	'field-unsuitable': 'Choose another name for the field.',
	'seed-value-violated': 'Sign as the author of the field asks, or choose another field.',
	'place-invalid': 'Choose a page of the document and a place on it.',
	'text-not-found': 'Choose a text that the document says, or give a place with --visible.',
	'image-unreadable': 'Use a PNG or JPEG image in RGB, or an SVG that is all paths.',
	'xmp-invalid': 'Give an XMP packet that is well-formed XML.',
	'signature-too-large': 'Run the command again: there will be more room.',
	'signature-invalid': 'Check the driver of the token; nothing was written.',
	'prepared-malformed': 'Prepare the document again.',
	'prepared-mismatch': 'Use the document, the prepared file and the signature that belong together.',
	'tsa-missing': 'Name a timestamp authority with --tsa or in the configuration.',
	'not-signed': 'Sign the document first.',
	'not-a-document': 'Use `paraph extend` for signatures that are files of their own.',
	'output-exists': 'Name another output, or allow it with --force.',
	'output-is-input': 'Name another output: the input is never overwritten.',
	'output-clash': 'Name different outputs, or sign them into different folders.',
	'disk-full': 'Free some space, or name a folder on another disk.',
	'document-changed': 'Open the document again, look at it, and sign it then.',
};

/** A signature was refused, or could not be made as asked. */
export class SigningError extends ParaphError {
	readonly code: SigningErrorCode;

	constructor(
		code: SigningErrorCode,
		message: string,
		options: { hint?: string | undefined; subject?: string | undefined; cause?: unknown } = {},
	) {
		super(message, { hint: options.hint ?? HINTS[code], subject: options.subject, cause: options.cause });
		this.code = code;
	}
}

/** @param wants completes "the author of the signature field wants". */
export const seedValueViolated = (wants: string, hint?: string): SigningError =>
	new SigningError('seed-value-violated', `the author of the signature field wants ${wants}`, { hint });
