import { TokenError } from '../../core/ports/tokenError.ts';

/** @param what the file is encrypted with, that nothing here reads. */
export const unsupported = (what: string): TokenError =>
	new TokenError('p12-unreadable', `The PKCS#12 file uses ${what}, which is not supported.`, {
		hint: "Export the key anew with current software: AES-256 and SHA-256 ('openssl pkcs12 -export').",
	});

export const malformed = (subject: string, cause?: unknown): TokenError =>
	new TokenError('p12-unreadable', `${subject} is not a PKCS#12 file, or it is damaged.`, {
		hint: 'Name a .p12 or .pfx file that holds a key and its certificate.',
		subject,
		cause,
	});

export const wrongPassword = (subject: string): TokenError =>
	new TokenError('pin-incorrect', `The password of ${subject} is wrong.`, {
		hint: 'Check the password, then try again.',
		subject,
	});
