/** What can be said of a signature before the key is used: whether it can be made, and where it will show. */
import { names } from '../cms/checkSigner.ts';
import { CmsError } from '../cms/errors.ts';
import { parseSignedData } from '../cms/signedData.ts';
import { signatureFields } from '../pdf/fields.ts';
import { Certificate } from '../pki/certificate.ts';
import { CertificateError } from '../pki/certificateError.ts';
import type { SignerFacts } from '../ports/signer.ts';
import { UNKNOWN_TOKEN } from '../tsp/tokenSizes.ts';
import type { TsaClient } from '../tsp/tsaClient.ts';
import type { Draft } from './draft.ts';
import { type DisplayRectangle, toDisplay } from './geometry.ts';
import type { Level } from './level.ts';
import type { SignatureOptions } from './options.ts';
import { checkPermission, intendedIn } from './permission.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepared.ts';
import { chooseField, shownAt } from './signatureField.ts';
import { certificateOf } from './signerCertificate.ts';

/** Where a signature shows: on the page as displayed, from its lower left corner, in 1/72 inch. */
export interface ShownPlace extends DisplayRectangle {
	/** From 1. */
	readonly page: number;
}

export interface Examination {
	readonly pages: number;
	/** Signatures that are in the document, timestamps not counted. */
	readonly signatures: number;
	/** Whether one of them names the same certificate; false where none is chosen yet. */
	readonly signedBefore: boolean;
	readonly field: string;
	/** Undefined for an invisible signature. */
	readonly place: ShownPlace | undefined;
	/** Bytes that signing appends, not counting proof; 0 where no certificate is chosen yet. */
	readonly added: number;
	readonly warnings: readonly string[];
}

/** What is to be known of the timestamps to come. */
export type TokenSupply = Pick<TsaClient, 'tokenRoom' | 'addresses'>;

export interface ExaminationRequest {
	/** Undefined while no certificate is chosen: then what depends on it is left unsaid. */
	readonly signer: SignerFacts | undefined;
	readonly supply: TokenSupply | undefined;
	readonly options: SignatureOptions;
	readonly level: Level;
}

/**
 * Prepares the signature as signing would, but for hashing the document, and throws it away.
 *
 * @throws {SigningError}, {PdfError} what signing would be refused with.
 */
export async function examineDraft(draft: Draft, request: ExaminationRequest): Promise<Examination> {
	const { document } = draft;
	const { options, signer } = request;
	const target = chooseField(document, options.field, options.place);
	const shown = shownAt(document, target);
	const fields = signatureFields(document);
	const made = fields.flatMap(({ signature }) =>
		signature?.contents && signature.type !== 'DocTimeStamp' ? [signature.contents.bytes] : [],
	);
	const facts = {
		pages: document.pages.count,
		signatures: made.length,
		field: target.name,
		place: shown && { page: shown.page.index + 1, ...toDisplay(shown.page, shown.rectangle) },
	};
	if (!signer) {
		checkPermission(document, fields, intendedIn(target, shown, options));
		return { ...facts, signedBefore: false, added: 0, warnings: [] };
	}
	const certificate = certificateOf(signer);
	const { added, warnings } = await rehearse(draft, signer, request);
	return { ...facts, signedBefore: made.some((cms) => isSignedBy(cms, certificate)), added: added.length, warnings };
}

function rehearse(draft: Draft, signer: SignerFacts, request: ExaminationRequest): Promise<Prepared> {
	const { options, supply, level } = request;
	return prepare({
		document: draft.document,
		certificate: certificateOf(signer),
		signer,
		options,
		level,
		timestampRoom: supply?.tokenRoom ?? UNKNOWN_TOKEN,
		timestampAddresses: supply?.addresses ?? [],
		// What is hashed decides nothing, and would be most of the work.
		content: { source: draft.source, digest: async () => new Uint8Array(64), close: () => {} },
		chain: signer.chain,
	});
}

/** What cannot be read was not made with this certificate, as far as anybody can tell. */
function isSignedBy(cms: Uint8Array, certificate: Certificate): boolean {
	try {
		const { signerInfos, certificates } = parseSignedData(cms);
		const carries = certificates.some((raw) => Certificate.parse(raw).equals(certificate));
		return carries && signerInfos.some((signerInfo) => names(signerInfo, certificate));
	} catch (error) {
		if (error instanceof CmsError || error instanceof CertificateError) return false;
		throw error;
	}
}
