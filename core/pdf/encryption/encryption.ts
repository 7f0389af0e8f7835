import type { PdfDict, PdfRef } from '../objects.ts';
import type { Permissions } from './permissions.ts';

/** An encrypted document that was opened: decrypts what is read and encrypts what is added. */
export interface Encryption {
	/** For people: `RC4, 128 bit`, `AES, 256 bit`. */
	readonly method: string;
	/** Which password opened the document; a document with an empty user password opens without one. */
	readonly openedBy: 'user' | 'owner';
	readonly permissions: Permissions;
	/** Whether the XMP packet is encrypted as well. */
	readonly encryptsMetadata: boolean;

	decryptString(owner: PdfRef, bytes: Uint8Array): Uint8Array;
	encryptString(owner: PdfRef, bytes: Uint8Array): Uint8Array;
	/** @param dict decides: a `Crypt` filter, the metadata and cross-reference streams have rules of their own. */
	decryptStream(dict: PdfDict, owner: PdfRef, bytes: Uint8Array): Uint8Array;
	encryptStream(dict: PdfDict, owner: PdfRef, bytes: Uint8Array): Uint8Array;
}
