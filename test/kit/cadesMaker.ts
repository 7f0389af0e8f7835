/** Makes detached CAdES signatures (EN 319 122-1), with archive timestamps and counter-signatures as other producers make them. */
import { createHash } from 'node:crypto';
import { addToSignedData, ocspChoice } from '../../core/cms/addToSignedData.ts';
import { encodeAttribute } from '../../core/cms/attributes.ts';
import { buildSignedData } from '../../core/cms/buildSignedData.ts';
import { AttributeType, ContentType } from '../../core/cms/oids.ts';
import { buildSignedAttributes } from '../../core/cms/signedAttributes.ts';
import { parseSignedData, type SignedData, type SignerInfo } from '../../core/cms/signedData.ts';
import { encodeDigestAlgorithm } from '../../core/pki/algorithmIdentifier.ts';
import { context, readDer, Tag } from '../../core/pki/der.ts';
import { octetString, oid, sequence, setOf } from '../../core/pki/derWriter.ts';
import type { TsaClient } from '../../core/tsp/tsaClient.ts';
import type { Issued } from './demoPki.ts';
import type { ValidationMaterial } from './xadesMaker.ts';

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
	const hash = createHash('sha256');
	for (const part of parts) hash.update(part);
	return hash.digest();
};

/** The three forms of the index in an archive timestamp: TS 101 733 v2.2.1, EN 319 122-1 v1.0.0, and v1.1.1 onwards. */
export const hashIndexes = {
	v1: AttributeType.atsHashIndex,
	v2: AttributeType.atsHashIndexV2,
	v3: AttributeType.atsHashIndexV3,
};

export interface CounterSignatureOptions {
	readonly signingTime?: Date;
	/** What it signs, in place of the value of the signature. */
	readonly value?: Uint8Array;
	/** RFC 5652 §11.4 forbids the attribute. */
	readonly contentType?: boolean;
	/** DER of attributes that it carries unsigned. */
	readonly unsignedAttributes?: (value: Uint8Array) => Promise<readonly Uint8Array[]>;
}

export class CadesMaker {
	readonly #content: Uint8Array;
	#cms: Uint8Array;

	/** @param cms DER of a signature over the content. */
	constructor(content: Uint8Array, cms: Uint8Array) {
		this.#content = content;
		this.#cms = cms;
	}

	/** @param signer with a P-256 key. */
	static sign(content: Uint8Array, signer: Issued, signingTime = new Date()): CadesMaker {
		const signedAttributes = buildSignedAttributes({
			messageDigest: sha256(content),
			certificate: signer.certificate,
			certificateDigest: 'sha256',
			signingTime,
		});
		return new CadesMaker(content, build(signer, signedAttributes));
	}

	/** DER of the `.p7s` file. */
	get bytes(): Uint8Array {
		return this.#cms;
	}

	get signature(): SignerInfo {
		return signerOf(parseSignedData(this.#cms));
	}

	/** A signature-time-stamp (§5.3). @returns DER of the token. */
	async stamp(supply: TsaClient): Promise<Uint8Array> {
		const token = await timestamp(supply, this.signature.signature);
		this.addAttribute(AttributeType.signatureTimestamp, token);
		return token;
	}

	/** Among the certificates and revocation data of the SignedData. */
	addData({ certificates, crls, ocspResponses }: ValidationMaterial): void {
		const revocationChoices = [...crls, ...ocspResponses.map(ocspChoice)];
		this.#cms = addToSignedData(this.#cms, { certificates, revocationChoices });
	}

	addAttribute(type: string, ...values: readonly Uint8Array[]): void {
		this.#cms = addToSignedData(this.#cms, { unsignedAttributes: [encodeAttribute(type, ...values)] });
	}

	/** An archive-time-stamp-v3 (§5.5.3) over all that is there. @returns DER of the token. */
	async archive(supply: TsaClient, version: keyof typeof hashIndexes = 'v3'): Promise<Uint8Array> {
		const signedData = parseSignedData(this.#cms);
		const index = hashIndex(signedData, version);
		const fields = [...readDer(signerOf(signedData).der, Tag.sequence).read().rest()].filter(
			({ tag }) => tag !== context(1),
		);
		const token = await timestamp(
			supply,
			...[oid(ContentType.data), sha256(this.#content), ...fields.map(({ raw }) => raw), index],
		);
		const indexed = addToSignedData(token, {
			unsignedAttributes: [encodeAttribute(hashIndexes[version], index)],
		});
		this.addAttribute(AttributeType.archiveTimestampV3, indexed);
		return token;
	}

	/** A counter-signature (§5.2.7, RFC 5652 §11.4). @returns the value of the attribute. */
	async counterSign(signer: Issued, options: CounterSignatureOptions = {}): Promise<Uint8Array> {
		const value = await counterSignature(this.signature.signature, signer, options);
		this.#cms = addToSignedData(this.#cms, { certificates: [signer.certificate, ...signer.chain] });
		this.addAttribute(AttributeType.countersignature, value);
		return value;
	}
}

/** DER of a SignerInfo over the value of another. */
export async function counterSignature(
	over: Uint8Array,
	signer: Issued,
	{ signingTime = new Date(), value = over, contentType = false, unsignedAttributes }: CounterSignatureOptions = {},
): Promise<Uint8Array> {
	const all = buildSignedAttributes({
		messageDigest: sha256(value),
		certificate: signer.certificate,
		certificateDigest: 'sha256',
		signingTime,
	});
	const attributes = [...readDer(all, Tag.set).read().rest()].map(({ raw }) => raw);
	const isContentType = (raw: Uint8Array): boolean =>
		readDer(raw, Tag.sequence).read().next().oid() === AttributeType.contentType;
	const signedAttributes = setOf(attributes.filter((raw) => contentType || !isContentType(raw)));
	const cms = build(signer, signedAttributes);
	const own = signerOf(parseSignedData(cms));
	if (!unsignedAttributes) return own.der;
	const whole = addToSignedData(cms, { unsignedAttributes: await unsignedAttributes(own.signature) });
	return signerOf(parseSignedData(whole)).der;
}

/** DER of the token over these bytes. */
export async function timestamp(supply: TsaClient, ...parts: readonly Uint8Array[]): Promise<Uint8Array> {
	return (await supply.timestamp({ algorithm: 'sha256', digest: sha256(...parts) })).token.der;
}

function build(signer: Issued, signedAttributes: Uint8Array): Uint8Array {
	return buildSignedData({
		certificate: signer.certificate,
		chain: signer.chain,
		signedAttributes,
		digest: 'sha256',
		algorithm: { kind: 'ecdsa', digest: 'sha256' },
		signature: signer.key.sign(signedAttributes),
	});
}

function signerOf({ signerInfos }: SignedData): SignerInfo {
	const [signer] = signerInfos;
	if (!signer) throw new Error('a SignedData without a signer');
	return signer;
}

/** Written from the standard, and not by the code that reads it. */
function hashIndex(signedData: SignedData, version: keyof typeof hashIndexes): Uint8Array {
	const { certificateChoices, revocationChoices } = signedData;
	const attributes = signerOf(signedData).unsignedAttributes.all.flatMap(({ type, values }) =>
		version === 'v3' ? values.map((value) => Buffer.concat([oid(type), value])) : [encodeAttribute(type, ...values)],
	);
	const digests = (items: readonly Uint8Array[]): Uint8Array =>
		sequence(...items.map((item) => octetString(sha256(item))));
	// SHA-256 is the default of v1, which DER leaves out.
	return sequence(
		...(version === 'v1' ? [] : [encodeDigestAlgorithm('sha256')]),
		...[certificateChoices, revocationChoices.map((choice) => choice.der), attributes].map(digests),
	);
}
