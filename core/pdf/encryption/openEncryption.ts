/** From `/Encrypt` and a password to what reads and writes the document's strings and streams (ISO 32000-2, 7.6). */
import { filterNames } from '../filters.ts';
import { PdfDict, type PdfRef, PdfString } from '../objects.ts';
import { PdfError } from '../pdfError.ts';
import { type Cipher, type CipherMethod, cipherFor } from './cipher.ts';
import type { Encryption } from './encryption.ts';
import { legacyPasswords, unicodePasswords } from './passwords.ts';
import { EVERYTHING_PERMITTED, permissionsOf } from './permissions.ts';
import { type FileKey, fileKey, type StandardHandler } from './standardHandler.ts';

/**
 * Opens what `/Encrypt` of the trailer describes; `undefined` for a document that is not encrypted.
 *
 * @param password user or owner password; without one, or when it fits neither, the empty one is tried.
 * @throws {PdfError} `encrypted-password` when the password is missing or wrong; `encrypted-unsupported` for certificates
 *   instead of passwords and for methods that the standard does not know.
 */
export function openEncryption(trailer: PdfDict, password: string | undefined): Encryption | undefined {
	if (!trailer.has('Encrypt')) return undefined;
	const dict = trailer.dict('Encrypt');
	if (dict === undefined) throw new PdfError('damaged', 'the encryption dictionary is missing');
	const version = dict.integer('V') ?? 0;
	refuseUnknown(dict, version);
	const handler = standardHandlerOf(dict, version, trailer);
	const opened = tryPasswords(handler, password);
	const methods = cipherMethodsOf(dict, version);
	const keyed = (method: CipherMethod): Cipher => cipherFor(method, opened.key);
	const streams = keyed(methods.streams);
	const strings = keyed(methods.strings);
	const embeddedFiles = keyed(methods.embeddedFiles);

	const streamCipher = (stream: PdfDict): Cipher => {
		const type = stream.name('Type');
		// 7.5.8.2
		if (type === 'XRef') return keyed('none');
		if (filterNames(stream)[0] === 'Crypt') {
			const parameters = stream.get('DecodeParms');
			const first = parameters instanceof PdfDict ? parameters : stream.array('DecodeParms')?.get(0);
			const filter = first instanceof PdfDict ? first.name('Name') : undefined;
			return keyed(methods.named(filter ?? 'Identity'));
		}
		if (type === 'Metadata' && !handler.encryptsMetadata) return keyed('none');
		return type === 'EmbeddedFile' ? embeddedFiles : streams;
	};
	return {
		method: methodName(methods.streams, opened.key),
		openedBy: opened.openedBy,
		permissions:
			opened.openedBy === 'owner' ? EVERYTHING_PERMITTED : permissionsOf(handler.permissions, handler.revision),
		encryptsMetadata: handler.encryptsMetadata,
		decryptString: (owner, bytes) => strings.decrypt(owner, bytes),
		encryptString: (owner, bytes) => strings.encrypt(owner, bytes),
		decryptStream: (stream: PdfDict, owner: PdfRef, bytes) => streamCipher(stream).decrypt(owner, bytes),
		encryptStream: (stream: PdfDict, owner: PdfRef, bytes) => streamCipher(stream).encrypt(owner, bytes),
	};
}

function refuseUnknown(dict: PdfDict, version: number): void {
	const filter = dict.name('Filter');
	if (filter === 'Adobe.PubSec' || filter === 'Adobe.PPKLite' || dict.name('SubFilter')?.startsWith('adbe.pkcs7')) {
		throw new PdfError(
			'encrypted-unsupported',
			'the document is encrypted for certificates, which Paraph does not open',
		);
	}
	const revision = dict.integer('R') ?? 0;
	if (filter !== 'Standard' || ![1, 2, 4, 5].includes(version) || revision < 2 || revision > 6) {
		const what = `filter ${filter ?? 'none'}, version ${version}, revision ${revision}`;
		throw new PdfError('encrypted-unsupported', `the document is encrypted in an unknown way (${what})`);
	}
}

function standardHandlerOf(dict: PdfDict, version: number, trailer: PdfDict): StandardHandler {
	const revision = dict.integer('R') ?? 2;
	const modern = revision >= 5;
	const bytes = (key: string, length: number): Uint8Array => {
		const value = dict.string(key)?.bytes ?? new Uint8Array(0);
		if (value.length < length) throw new PdfError('damaged', `/${key} of the encryption dictionary is too short`);
		return value.subarray(0, length);
	};
	const identifier = trailer.array('ID')?.get(0);
	return {
		revision,
		keyLength: keyLengthOf(dict, version),
		owner: bytes('O', modern ? 48 : 32),
		user: bytes('U', modern ? 48 : 32),
		ownerKey: modern ? bytes('OE', 32) : new Uint8Array(0),
		userKey: modern ? bytes('UE', 32) : new Uint8Array(0),
		// Written as 4294967292 by some producers: the same 32 bits.
		permissions: (dict.number('P') ?? 0) | 0,
		identifier: identifier instanceof PdfString ? identifier.bytes : new Uint8Array(0),
		encryptsMetadata: version < 4 || dict.boolean('EncryptMetadata') !== false,
	};
}

/** In bytes. `/Length` counts bits, in some documents bytes. */
function keyLengthOf(dict: PdfDict, version: number): number {
	if (version === 5) return 32;
	if (version === 1) return 5;
	if (version === 4) return 16;
	const length = dict.integer('Length') ?? 40;
	const bytes = length < 40 ? length : length / 8;
	return Number.isInteger(bytes) && bytes >= 5 && bytes <= 16 ? bytes : 5;
}

function tryPasswords(handler: StandardHandler, password: string | undefined): FileKey {
	const spellings = handler.revision >= 5 ? unicodePasswords : legacyPasswords;
	for (const text of password === undefined ? [''] : [password, '']) {
		for (const bytes of spellings(text)) {
			const opened = fileKey(handler, bytes);
			if (opened !== undefined) return opened;
		}
	}
	throw new PdfError(
		'encrypted-password',
		password === undefined ? 'the document needs a password' : 'the password does not open the document',
	);
}

interface CipherMethods {
	readonly streams: CipherMethod;
	readonly strings: CipherMethod;
	readonly embeddedFiles: CipherMethod;
	/** Of a crypt filter. */
	named(filter: string): CipherMethod;
}

/** One method up to version 3; crypt filters from version 4 on (7.6.6). */
function cipherMethodsOf(dict: PdfDict, version: number): CipherMethods {
	if (version < 4) return { streams: 'rc4', strings: 'rc4', embeddedFiles: 'rc4', named: identityElse('rc4') };
	const filters = dict.dict('CF');
	const named = (filter: string): CipherMethod => {
		if (filter === 'Identity') return 'none';
		const method = filters?.dict(filter)?.name('CFM') ?? 'None';
		switch (method) {
			case 'None':
				return 'none';
			case 'V2':
				return 'rc4';
			case 'AESV2':
				return 'aes-128';
			case 'AESV3':
				return 'aes-256';
			default:
				throw new PdfError('encrypted-unsupported', `the document is encrypted by the unknown method ${method}`);
		}
	};
	const streams = named(dict.name('StmF') ?? 'Identity');
	const embedded = dict.name('EFF');
	return {
		streams,
		strings: named(dict.name('StrF') ?? 'Identity'),
		embeddedFiles: embedded === undefined ? streams : named(embedded),
		named,
	};
}

function identityElse(method: CipherMethod): (filter: string) => CipherMethod {
	return (filter) => (filter === 'Identity' ? 'none' : method);
}

function methodName(method: CipherMethod, key: Uint8Array): string {
	switch (method) {
		case 'none':
			return 'none';
		case 'rc4':
			return `RC4, ${key.length * 8} bit`;
		case 'aes-128':
			return 'AES, 128 bit';
		case 'aes-256':
			return 'AES, 256 bit';
	}
}
