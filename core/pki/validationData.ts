import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ParaphError } from '../ports/errors.ts';
import type { TrustAnchor } from '../ports/trustSource.ts';
import { firstElement } from './ber.ts';
import { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';
import { Crl } from './crl.ts';
import { context, type DerElement, DerError, readDer, Tag } from './der.ts';
import { OcspResponse } from './ocspResponse.ts';
import { testAnchorExtension } from './testAnchor.ts';

/** Certificates and revocation data, from wherever they were kept. */
export interface ValidationData {
	readonly certificates: readonly Certificate[];
	readonly crls: readonly Crl[];
	readonly ocspResponses: readonly OcspResponse[];
}

const nothing: ValidationData = { certificates: [], crls: [], ocspResponses: [] };

/** One whole from many. */
export const joinValidationData = (parts: readonly ValidationData[]): ValidationData => ({
	certificates: parts.flatMap((part) => part.certificates),
	crls: parts.flatMap((part) => part.crls),
	ocspResponses: parts.flatMap((part) => part.ocspResponses),
});

/**
 * Reads what a file holds: PEM with any number of blocks, or DER of a certificate, a CRL, an OCSP response or a PKCS #7
 * bundle (.p7b, .p7c: SignedData of which only certificates and CRLs are taken, RFC 5751 §3.8).
 *
 * @throws {CertificateError} `certificates-unreadable` when it holds something else, or what it holds is damaged.
 */
export function readValidationData(bytes: Uint8Array, subject?: string): ValidationData {
	try {
		const blocks = pemBlocks(bytes);
		if (blocks.length > 0) return joinValidationData(blocks.map(readBlock));
		return readBlock(bytes);
	} catch (cause) {
		if (!(cause instanceof ParaphError)) throw cause;
		const what = subject ?? 'the data';
		throw new CertificateError(
			'certificates-unreadable',
			`${what} holds no certificate or revocation data: ${cause.message}`,
			{
				subject,
				cause,
			},
		);
	}
}

/**
 * Reads files, and all files with a fitting name in folders (`.pem .crt .cer .der .p7b .p7c .crl .ocsp`, not below them).
 * Keys, requests and whatever else lies beside them in a folder is passed over, as long as there is something of use.
 *
 * @throws {CertificateError} `certificates-missing`, `certificates-unreadable`
 */
export function loadValidationData(paths: readonly string[]): ValidationData {
	return joinValidationData(paths.flatMap(readPath).map(({ data }) => data));
}

/** Certificates of a file or folder; see {@link loadValidationData}. */
export const loadCertificates = (path: string): readonly Certificate[] => loadValidationData([path]).certificates;

/**
 * Trust anchors from files and folders. One that carries the extension for trying out (`testAnchor.ts`; the demo PKI's
 * root does) is marked as a test anchor wherever it lies.
 *
 * @throws {CertificateError} `certificates-missing`, `certificates-unreadable`
 */
export function loadTrustAnchors(paths: readonly string[]): TrustAnchor[] {
	return paths.flatMap(readPath).flatMap(({ path, data }) =>
		data.certificates.map((certificate) => ({
			certificate: certificate.raw,
			test: certificate.extensions.has(testAnchorExtension),
			source: path,
		})),
	);
}

const fittingName = /\.(?:pem|crt|cer|der|p7b|p7c|crl|ocsp|ors)$/i;

interface ReadFile {
	readonly path: string;
	readonly data: ValidationData;
}

function readPath(path: string): readonly ReadFile[] {
	const kind = statSync(path, { throwIfNoEntry: false });
	if (kind === undefined)
		throw new CertificateError('certificates-missing', `${path} does not exist`, { subject: path });
	return kind.isDirectory() ? readFolder(path) : [{ path, data: readValidationData(readFile(path), path) }];
}

function readFolder(folder: string): readonly ReadFile[] {
	const read: ReadFile[] = [];
	let first: CertificateError | undefined;
	for (const name of readdirSync(folder).sort()) {
		const path = join(folder, name);
		if (!fittingName.test(name)) continue;
		try {
			read.push({ path, data: readValidationData(readFile(path), path) });
		} catch (error) {
			if (!(error instanceof CertificateError) || error.code !== 'certificates-unreadable') throw error;
			first ??= error;
		}
	}
	if (read.length === 0 && first) throw first;
	return read;
}

function readFile(path: string): Uint8Array {
	try {
		return readFileSync(path);
	} catch (cause) {
		throw new CertificateError('certificates-missing', `${path} cannot be read`, { subject: path, cause });
	}
}

const pem = /-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----/g;

/** Content of the PEM blocks (RFC 7468) that could be of use; keys and the like are passed over. */
function pemBlocks(bytes: Uint8Array): Uint8Array[] {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
	if (!text.includes('-----BEGIN ')) return [];
	return [...text.matchAll(pem)]
		.filter(([, label]) =>
			/^(?:X509 |TRUSTED )?CERTIFICATE$|^X509 CRL$|^PKCS7$|^CMS$|^OCSP RESPONSE$/.test(label ?? ''),
		)
		.map(([, , content = '']) => Buffer.from(content, 'base64'));
}

/** Told apart by their first elements, since names of files and blocks often lie. */
function readBlock(bytes: Uint8Array): ValidationData {
	const { der } = firstElement(bytes);
	const outer = readDer(der, Tag.sequence).read();
	const first = outer.next();
	if (first.tag === Tag.oid) return readBundle(outer.next(context(0)).read().next(Tag.sequence));
	if (first.tag === Tag.enumerated) return { ...nothing, ocspResponses: [OcspResponse.parse(der)] };
	if (looksLikeCrl(first)) return { ...nothing, crls: [Crl.parse(der)] };
	return { ...nothing, certificates: [Certificate.parse(der)] };
}

/** A TBSCertList has a time where a TBSCertificate has its validity, a SEQUENCE. */
function looksLikeCrl(tbs: DerElement): boolean {
	const reader = tbs.read(Tag.sequence);
	if (reader.peek() === context(0)) return false;
	reader.optional(Tag.integer);
	reader.next(Tag.sequence);
	reader.next(Tag.sequence);
	return reader.peek() === Tag.utcTime || reader.peek() === Tag.generalizedTime;
}

function readBundle(signedData: DerElement): ValidationData {
	const reader = signedData.read();
	reader.next(Tag.integer);
	reader.next(Tag.set);
	reader.next(Tag.sequence);
	const members = (tag: number): DerElement[] => [...(reader.optional(tag)?.read().rest() ?? [])];
	const certificates = members(context(0)).filter((item) => item.tag === Tag.sequence);
	const crls = members(context(1)).filter((item) => item.tag === Tag.sequence);
	if (certificates.length + crls.length === 0) throw new DerError('a bundle without certificates', signedData.start);
	return {
		...nothing,
		certificates: certificates.map((item) => Certificate.parse(item.raw)),
		crls: crls.map((item) => Crl.parse(item.raw)),
	};
}
