/** Certificates and revocation data from everywhere, and where in the file each piece lies. */
import { AttributeType } from '../../cms/oids.ts';
import type { SignedData, SignerInfo } from '../../cms/signedData.ts';
import { Certificate } from '../../pki/certificate.ts';
import { CertificatePool } from '../../pki/certificatePool.ts';
import type { Crl } from '../../pki/crl.ts';
import { context, DerError, readDer, Tag } from '../../pki/der.ts';
import { digest } from '../../pki/digest.ts';
import type { OcspResponse } from '../../pki/ocspResponse.ts';
import type { ValidationData } from '../../pki/validationData.ts';
import type { CmsPlaces } from './cmsPlaces.ts';
import { EvidenceReader } from './evidenceReader.ts';
import type { SecurityStore } from './securityStore.ts';
import type { Known, SignedObject } from './signatureFacts.ts';

/** Grows while facts are collected; what came from the file knows its offset, so that timestamps over it count. */
export class Evidence {
	readonly pool = new CertificatePool();
	readonly reader: EvidenceReader;
	readonly #crls = new Map<string, Crl>();
	readonly #ocspResponses = new Map<string, OcspResponse>();
	readonly #offsets = new Map<Crl | OcspResponse | Certificate, Set<number>>();

	constructor(reader = new EvidenceReader()) {
		this.reader = reader;
	}

	/** The certificates so far, for finding signers among them. */
	get known(): Known {
		return { certificates: [...this.pool], reader: this.reader };
	}

	get data(): ValidationData {
		return {
			certificates: [...this.pool],
			crls: [...this.#crls.values()],
			ocspResponses: [...this.#ocspResponses.values()],
		};
	}

	/** Where in the file it lies, each time; empty for what came from elsewhere. */
	offsetsOf(source: Crl | OcspResponse | Certificate): readonly number[] {
		const placed = source instanceof Certificate ? this.pool.add(source) : source;
		return [...(this.#offsets.get(placed) ?? [])];
	}

	/** @param offset in the file; undefined for what came from elsewhere. */
	addCertificates(certificates: readonly Certificate[], offset?: number): void {
		for (const certificate of certificates) this.#place(this.pool.add(certificate), offset);
	}

	/** @param offset in the file; undefined for what came from elsewhere: files, the network, a cache. */
	add(data: ValidationData, offset?: number): void {
		this.addCertificates(data.certificates, offset);
		for (const crl of data.crls) this.#addCrl(crl, offset);
		for (const response of data.ocspResponses) this.#addOcsp(response, offset);
	}

	addStore(store: SecurityStore): void {
		for (const { bytes, offset } of store.certificates) this.addCertificates(this.reader.certificates([bytes]), offset);
		for (const { bytes, offset } of store.crls) for (const crl of this.reader.crls([bytes])) this.#addCrl(crl, offset);
		for (const { bytes, offset } of store.ocspResponses)
			for (const response of this.reader.ocspResponses([bytes])) this.#addOcsp(response, offset);
	}

	/** Whatever a signature at `place` brings along for its own validation, and its timestamps and counter-signatures do. */
	addObject(object: SignedObject, place: number): void {
		if (!object.signedData) this.addCertificates(object.certificates, place);
		if (object.signedData) this.#addSignedData(object.signedData, place, object.places);
		else if (object.signer) this.#addAttributes(object.signer, place);
		for (const { token, place: own } of object.timestamps) this.#addSignedData(token.signedData, own);
		for (const { object: counter, place: own } of object.counterSignatures)
			if (typeof counter !== 'string') this.addObject(counter, own);
	}

	/**
	 * RFC 5652, EN 319 122-1 §5.4, ISO 32000-1 §12.8.3.3.2.
	 *
	 * @param places of each part; all lies at `place` where there are none.
	 */
	#addSignedData(signedData: SignedData, place: number, places?: CmsPlaces): void {
		for (const [number, choice] of signedData.certificateChoices.entries())
			this.addCertificates(this.reader.certificates([choice]), places?.certificate(number) ?? place);
		for (const [number, { crl, ocspResponse }] of signedData.revocationChoices.entries()) {
			const own = places?.revocation(number) ?? place;
			for (const read of crl ? this.reader.crls([crl]) : []) this.#addCrl(read, own);
			for (const read of ocspResponse ? this.reader.ocspResponses([ocspResponse]) : []) this.#addOcsp(read, own);
		}
		for (const signer of signedData.signerInfos) this.#addAttributes(signer, place, places);
	}

	#addAttributes({ signedAttributes, unsignedAttributes }: SignerInfo, place: number, places?: CmsPlaces): void {
		for (const value of signedAttributes?.values(AttributeType.revocationInfoArchival) ?? [])
			this.#addRevocationValues(value, place);
		const values = unsignedAttributes.all.flatMap(({ type, values }) => values.map((value) => ({ type, value })));
		for (const [number, { type, value }] of values.entries()) {
			const own = places?.unsignedValue(number) ?? place;
			if (type === AttributeType.revocationInfoArchival || type === AttributeType.revocationValues)
				this.#addRevocationValues(value, own);
			if (type === AttributeType.certificateValues) this.addCertificates(this.reader.certificates(members(value)), own);
		}
	}

	/** RevocationInfoArchival and RevocationValues alike: `{ [0] CRLs, [1] OCSP responses, [2] other }`, all optional. */
	#addRevocationValues(value: Uint8Array, offset: number): void {
		try {
			const reader = readDer(value, Tag.sequence).read();
			const list = (tag: number) => {
				const element = reader.optional(tag);
				return element ? [...element.read().next(Tag.sequence).read().rest()].map((item) => item.raw) : [];
			};
			for (const crl of this.reader.crls(list(context(0)))) this.#addCrl(crl, offset);
			for (const response of this.reader.ocspResponses(list(context(1)))) this.#addOcsp(response, offset);
		} catch (error) {
			if (!(error instanceof DerError)) throw error;
		}
	}

	#addCrl(crl: Crl, offset: number | undefined): void {
		const key = keyOf(crl.raw);
		const known = this.#crls.get(key);
		if (!known) this.#crls.set(key, crl);
		this.#place(known ?? crl, offset);
	}

	#addOcsp(response: OcspResponse, offset: number | undefined): void {
		if (!response.basic) return;
		const key = keyOf(response.basic.raw);
		const known = this.#ocspResponses.get(key);
		if (!known) this.#ocspResponses.set(key, response);
		this.#place(known ?? response, offset);
	}

	/** Every place counts: what proves one of them proves the data. */
	#place(source: Crl | OcspResponse | Certificate, offset: number | undefined): void {
		if (offset === undefined) return;
		const known = this.#offsets.get(source);
		if (known) known.add(offset);
		else this.#offsets.set(source, new Set([offset]));
	}
}

const keyOf = (der: Uint8Array): string => Buffer.from(digest('sha256', der)).toString('base64');

function members(sequence: Uint8Array): readonly Uint8Array[] {
	try {
		return [...readDer(sequence, Tag.sequence).read().rest()].map((element) => element.raw);
	} catch (error) {
		if (error instanceof DerError) return [];
		throw error;
	}
}
