import type { PdfDict } from '../objects.ts';
import { PdfError } from '../pdfError.ts';
import type { Encryption } from './encryption.ts';

/**
 * Opens what `/Encrypt` of the trailer describes; `undefined` for a document that is not encrypted.
 *
 * @throws {PdfError} `encrypted-password` when the password is missing or wrong, `encrypted-unsupported`.
 */
export function openEncryption(trailer: PdfDict, _password: string | undefined): Encryption | undefined {
	if (!trailer.has('Encrypt')) return undefined;
	throw new PdfError('encrypted-unsupported', 'the document is encrypted');
}
