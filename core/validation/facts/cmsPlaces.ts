/**
 * The places of what a CMS signature carries: each unsigned attribute value, each certificate and each piece of revocation data
 * has one of its own behind the signature's, since an archive timestamp is over those that its index lists, and over no other.
 */
import type { HashIndex } from '../../cms/archiveTimestamp.ts';
import { CmsError } from '../../cms/errors.ts';
import { AttributeType } from '../../cms/oids.ts';
import { parseCounterSignature, type SignedData, type SignerInfo } from '../../cms/signedData.ts';

export interface PlacedSigner {
	readonly signer: SignerInfo;
	readonly place: number;
	/** The values of its unsigned attributes, in the order written. */
	readonly values: readonly PlacedValue[];
	/** Behind the last place. */
	readonly end: number;
}

export interface PlacedValue {
	readonly type: string;
	readonly value: Uint8Array;
	readonly place: number;
	/** Behind the last place in it: counter-signatures carry something, too. */
	readonly end: number;
	/** What the value is, where it is a counter-signature (RFC 5652 §11.4). */
	readonly counterSigner: PlacedSigner | 'malformed' | undefined;
}

export class CmsPlaces {
	readonly signer: PlacedSigner;
	/** Behind the last place; there are fewer than bytes. */
	readonly end: number;
	readonly #certificates: number;

	/** @param place of the signature itself. */
	constructor({ certificateChoices, revocationChoices }: SignedData, signer: SignerInfo, place: number) {
		this.signer = placeSigner(signer, place);
		this.#certificates = certificateChoices.length;
		this.end = this.signer.end + certificateChoices.length + revocationChoices.length;
	}

	/** @param number of the member of `certificateChoices`, from 0. */
	certificate(number: number): number {
		return this.signer.end + number;
	}

	/** @param number of the member of `revocationChoices`, from 0. */
	revocation(number: number): number {
		return this.signer.end + this.#certificates + number;
	}

	/** @param number of the unsigned attribute value, from 0. */
	unsignedValue(number: number): number {
		return this.signer.values[number]?.place ?? this.signer.place;
	}

	/** What an archive timestamp with this index is over: the signature itself, and what is listed. */
	coveredBy(index: HashIndex): ReadonlySet<number> {
		const covered = new Set([this.signer.place]);
		for (const number of index.certificates) covered.add(this.certificate(number));
		for (const number of index.revocation) covered.add(this.revocation(number));
		for (const [number, { place, end }] of this.signer.values.entries())
			if (index.unsignedValues.has(number)) for (let inside = place; inside < end; inside++) covered.add(inside);
		return covered;
	}
}

/** Depth is bounded: what nests more deeply is no CMS object that is read. */
function placeSigner(signer: SignerInfo, place: number): PlacedSigner {
	const values: PlacedValue[] = [];
	let end = place + 1;
	for (const attribute of signer.unsignedAttributes.all)
		for (const value of attribute.values) {
			const placed = placeValue(attribute.type, value, end);
			values.push(placed);
			end = placed.end;
		}
	return { signer, place, values, end };
}

function placeValue(type: string, value: Uint8Array, place: number): PlacedValue {
	const counterSigner = type === AttributeType.countersignature ? placeCounterSigner(value, place) : undefined;
	const end = typeof counterSigner === 'object' ? counterSigner.end : place + 1;
	return { type, value, place, end, counterSigner };
}

function placeCounterSigner(value: Uint8Array, place: number): PlacedSigner | 'malformed' {
	try {
		return placeSigner(parseCounterSignature(value), place);
	} catch (error) {
		if (error instanceof CmsError) return 'malformed';
		throw error;
	}
}
