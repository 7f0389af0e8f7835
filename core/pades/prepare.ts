import { buildSignedAttributes } from '../cms/signedAttributes.ts';
import { maximumSignatureSize, maximumSignedDataSize } from '../cms/size.ts';
import type { PdfDocument } from '../pdf/document.ts';
import { signatureFields } from '../pdf/fields.ts';
import { IncrementalUpdate } from '../pdf/incrementalUpdate.ts';
import { PdfDict, type PdfRef } from '../pdf/objects.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { Signer } from '../ports/signer.ts';
import type { Content } from './content.ts';
import { coveredBytes } from './embed.ts';
import { invisibleAppearance } from './invisibleAppearance.ts';
import type { Level } from './level.ts';
import type { FieldLock, SignatureOptions } from './options.ts';
import { checkPermission, intendedIn } from './permission.ts';
import type { Gap, Prepared } from './prepared.ts';
import { applySeedValue, checkSeedDigest } from './seedValue.ts';
import {
	formatByteRange,
	lockDictionary,
	makePlaceholders,
	type SignaturePlaceholders,
	signatureDictionary,
	signatureReferences,
} from './signatureDictionary.ts';
import { changeDict, chooseField, type FieldTarget, shownAt, showsElsewhere, writeField } from './signatureField.ts';
import { chooseAlgorithm, documentDigest } from './signerCertificate.ts';
import { addStructureElement } from './structureElement.ts';

export interface PrepareRequest {
	readonly document: PdfDocument;
	/** The same bytes as the document's. */
	readonly content: Content;
	readonly certificate: Certificate;
	/** Asked what it can sign with; without one, whatever suits the certificate's key. */
	readonly signer?: Pick<Signer, 'supports'> | undefined;
	/** DER of the certificates to carry along. */
	readonly chain: readonly Uint8Array[];
	readonly options: SignatureOptions;
	/** Decides whether room for a timestamp is kept. */
	readonly level: Level;
	/** Bytes to keep for a timestamp. */
	readonly timestampRoom: number;
	/** Called when nothing about the document can be refused any more and its bytes are left to be hashed. */
	readonly onHashing?: (() => void) | undefined;
	/** Of the authorities that timestamps come from, in the order they are tried. */
	readonly timestampAddresses: readonly string[];
}

/**
 * Puts everything but the signature into place: field, appearance, dictionary, byte range, digest, signed attributes.
 *
 * @throws {SigningError} for everything that keeps the document from being signed as asked.
 */
export async function prepare(request: PrepareRequest): Promise<Prepared> {
	const { document, content, certificate, chain } = request;
	const target = chooseField(document, request.options.field, request.options.place);
	const options = obeyAuthor(target, request);
	const shown = shownAt(document, target);
	const fields = signatureFields(document);
	checkPermission(document, fields, intendedIn(target, shown, options));

	const algorithm = chooseAlgorithm(certificate, options.digest, options.pss ?? false, request.signer);
	const digest = documentDigest(algorithm, 'digest' in algorithm ? algorithm.digest : options.digest);
	if (target.kind === 'existing' && target.field.seedValue) checkSeedDigest(target.field.seedValue, digest);
	const room = maximumSignedDataSize({
		certificate,
		chain,
		signatureSize: maximumSignatureSize(algorithm, certificate.publicKey.bits),
		timestampSize: request.level === 'b-b' ? 0 : request.timestampRoom,
	});

	const update = new IncrementalUpdate(document);
	const placeholders = makePlaceholders(room);
	const { appearance, warnings: markWarnings } = shown
		? await (await import('./appearance/visibleAppearance.ts')).visibleAppearance(update, shown, options, certificate)
		: { appearance: invisibleAppearance(update), warnings: [] };
	const fieldWarnings = writeSignature(update, target, options, { placeholders, appearance, fields });
	if (options.xmp) (await import('./metadata.ts')).addMetadata(update, options.xmp);

	const { added, gap } = finishWithGap(update, placeholders);
	request.onHashing?.();
	const [sha256, messageDigest] = await Promise.all([
		content.digest('sha256'),
		content.digest(digest, ...coveredBytes(added, gap)),
	]);
	return {
		size: content.source.size,
		sha256,
		added,
		gap,
		field: target.name,
		digest,
		algorithm,
		certificate: certificate.raw,
		chain,
		signedAttributes: buildSignedAttributes({ messageDigest, certificate: certificate.raw, certificateDigest: digest }),
		level: request.level,
		warnings: [
			...(document.rebuilt ? ['cross-reference-rebuilt'] : []),
			...(showsElsewhere(document, target, request.options.place) ? ['place-of-field-kept'] : []),
			...markWarnings,
			...fieldWarnings,
		],
	};
}

/** The update as bytes, `/ByteRange` filled in; the gap is counted from its beginning. */
export function finishWithGap(
	update: IncrementalUpdate,
	placeholders: SignaturePlaceholders,
): { readonly added: Uint8Array; readonly gap: Gap } {
	const { bytes, base, placeOf } = update.finish();
	const start = placeOf(placeholders.contents);
	const end = start + placeholders.contents.bytes.length;
	bytes.set(formatByteRange(start, end, base + bytes.length), placeOf(placeholders.byteRange) - base);
	return { added: bytes, gap: { start: start - base, end: end - base } };
}

/** What the field's own dictionaries ask for comes first. */
function obeyAuthor(target: FieldTarget, request: PrepareRequest): SignatureOptions {
	const { options } = request;
	if (target.kind === 'new') return options;
	const { seedValue, lock } = target.field;
	const obeyed = seedValue ? applySeedValue(seedValue, options, { ...request, issuers: request.chain }) : options;
	if (!lock) return obeyed;
	const actions = { All: 'all', Include: 'include', Exclude: 'exclude' } as const;
	const action = actions[lock.action];
	const own: FieldLock = action === 'all' ? { action } : { action, fields: lock.fields };
	return { ...obeyed, lock: { ...own, permission: lock.permission ?? obeyed.lock?.permission } };
}

/** @returns warnings. */
function writeSignature(
	update: IncrementalUpdate,
	target: FieldTarget,
	options: SignatureOptions,
	parts: {
		readonly placeholders: SignaturePlaceholders;
		readonly appearance: PdfRef;
		readonly fields: ReturnType<typeof signatureFields>;
	},
): readonly string[] {
	const catalog = update.catalogRef();
	const references = signatureReferences(options.certify, options.lock, catalog);
	const value = update.add(signatureDictionary(options, parts.placeholders, references));
	const lock = target.kind === 'new' && options.lock ? update.add(lockDictionary(options.lock)) : undefined;
	const widget = writeField(update, target, { value, appearance: parts.appearance, lock });
	if (options.certify) {
		changeDict(update, catalog, (dict) =>
			dict.with({ Perms: (dict.dict('Perms') ?? PdfDict.of({})).with({ DocMDP: value }) }),
		);
	}
	if (!widget || target.kind !== 'new') return [];
	const isSigned = parts.fields.some((field) => field.signature !== undefined);
	return addStructureElement(update, widget, target.page, isSigned);
}
