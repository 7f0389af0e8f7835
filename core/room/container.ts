/**
 * The ASiC-E container of a bundle (EN 319 162-1 §4.4): `mimetype` first and stored, data objects, a manifest with their
 * digests, a CAdES signature over the manifest.
 *
 * There is one way to write a container with given content, and a container is read by writing it again: what differs
 * in a single byte was altered. So names, links, compression and whatever else an archive could play tricks with have
 * nowhere to be.
 */
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { equalBytes } from '../cms/equalBytes.ts';
import type { Certificate } from '../pki/certificate.ts';
import { digest } from '../pki/digest.ts';
import type { Identity } from './identity.ts';
import { RoomError } from './roomError.ts';
import { readSigned, signContent } from './signedContent.ts';

const mimetype = 'application/vnd.etsi.asic-e+zip';
const names = { manifest: 'META-INF/ASiCManifest001.xml', signature: 'META-INF/signature001.p7s' } as const;

/** Data objects have these names and no others: nothing a sender chose. */
const objectName = /^(?:bundle|blobs\/\d{6})\.p7m$/;

export const maximumObjects = 10_000;
export const maximumBundleSize = 1024 ** 3;

/** Of every entry: the archive tells nothing about the machine it was made on. */
const entryTime = new Date(1980, 0, 1);

export interface Container {
	readonly signer: Certificate;
	/** By name. */
	readonly objects: ReadonlyMap<string, Uint8Array>;
	/** SHA-256 of the manifest, in hex: what the next bundle names. */
	readonly hash: string;
}

/** @throws {RoomError} `bundle-too-large` */
export function writeContainer(
	signer: Identity,
	objects: ReadonlyMap<string, Uint8Array>,
	now: Date,
): { readonly bytes: Uint8Array; readonly hash: string } {
	const manifest = manifestOf(objects);
	const bytes = archive(objects, manifest, signContent(signer, manifest, now, 'detached'));
	if (bytes.length > maximumBundleSize || objects.size > maximumObjects)
		throw new RoomError('bundle-too-large', `a bundle of ${bytes.length} bytes with ${objects.size} parts`);
	return { bytes, hash: hashOf(manifest) };
}

/** @throws {RoomError} `bundle-altered`, `bundle-too-large` */
export function readContainer(bytes: Uint8Array, subject: string): Container {
	const altered = (what: string, cause?: unknown): RoomError =>
		new RoomError('bundle-altered', `${subject}: ${what}`, { subject, cause });
	const { objects, manifest, signature } = unpack(bytes, subject, altered);
	const signed = readSigned(signature, manifest);
	if (!signed) throw altered('the signature does not fit the manifest');
	if (!equalBytes(manifestOf(objects), manifest)) throw altered('the content does not fit the manifest');
	if (!equalBytes(archive(objects, manifest, signature), bytes)) throw altered('the archive holds what nobody signed');
	return { signer: signed.signer, objects, hash: hashOf(manifest) };
}

function unpack(bytes: Uint8Array, subject: string, altered: (what: string, cause?: unknown) => RoomError) {
	let entries: ReturnType<typeof unzipSync>;
	let count = 0;
	let total = 0;
	const seen = new Set<string>();
	try {
		entries = unzipSync(bytes, {
			filter: ({ name, size, originalSize, compression }) => {
				count++;
				total += size;
				if (count > maximumObjects + 3) throw new RoomError('bundle-too-large', `${subject} has too many parts`);
				if (!isEntryName(name)) throw altered('an entry with a name that no bundle has');
				if (seen.has(name)) throw altered(`the entry ${name} is there twice`);
				if (compression !== 0 || size !== originalSize) throw altered(`the entry ${name} is compressed`);
				if (total > bytes.length) throw altered('entries that overlap');
				seen.add(name);
				return true;
			},
		});
	} catch (error) {
		if (error instanceof RoomError) throw error;
		throw altered('not a bundle, or cut short', error);
	}
	const { mimetype: kind, [names.manifest]: manifest, [names.signature]: signature, ...rest } = entries;
	if (!kind || !manifest || !signature) throw altered('not a bundle');
	return { objects: new Map(Object.entries(rest)), manifest, signature };
}

const isEntryName = (name: string): boolean =>
	name === 'mimetype' || name === names.manifest || name === names.signature || objectName.test(name);

/** EN 319 162-1 annex A.4. */
function manifestOf(objects: ReadonlyMap<string, Uint8Array>): Uint8Array {
	const references = sorted(objects).map(
		([name, bytes]) =>
			`<asic:DataObjectReference URI="${name}" MimeType="application/pkcs7-mime">` +
			'<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
			`<ds:DigestValue>${Buffer.from(digest('sha256', bytes)).toString('base64')}</ds:DigestValue>` +
			'</asic:DataObjectReference>\n',
	);
	return Buffer.from(
		`<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n` +
			'<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n' +
			`<asic:SigReference URI="${names.signature}" MimeType="application/pkcs7-signature"/>\n` +
			`${references.join('')}</asic:ASiCManifest>\n`,
		'utf8',
	);
}

function archive(objects: ReadonlyMap<string, Uint8Array>, manifest: Uint8Array, signature: Uint8Array): Uint8Array {
	const entries: Zippable = {
		mimetype: Buffer.from(mimetype, 'latin1'),
		...Object.fromEntries(sorted(objects)),
		[names.manifest]: manifest,
		[names.signature]: signature,
	};
	return zipSync(entries, { level: 0, mtime: entryTime });
}

const sorted = (objects: ReadonlyMap<string, Uint8Array>): [string, Uint8Array][] =>
	[...objects].sort(([a], [b]) => (a < b ? -1 : 1));

const hashOf = (manifest: Uint8Array): string => Buffer.from(digest('sha256', manifest)).toString('hex');
