import type { SigningDigest } from '../ports/algorithms.ts';
import type { MarkStudio } from './appearance/markStudio.ts';

/** What a signature says and shows, apart from the key it is made with. */
export interface SignatureOptions {
	/** Of the document; the digest of the signature's algorithm is the same. */
	readonly digest: SigningDigest;
	/** PSS although the certificate does not ask for it. */
	readonly pss?: boolean | undefined;
	/** `/M`, and the time in the mark. */
	readonly signingTime: Date;
	/** Sign this empty field, or create it under this name. */
	readonly field?: string | undefined;
	/** Where a new field shows; none for an invisible one. */
	readonly place?: Place | undefined;
	readonly mark?: MarkOptions | undefined;
	/** Draws marks: one for all files of a run draws what is alike once. */
	readonly studio?: MarkStudio | undefined;
	readonly reason?: string | undefined;
	readonly location?: string | undefined;
	readonly contact?: string | undefined;
	/** `/Name`; the certificate's common name by default in the mark alone. */
	readonly name?: string | undefined;
	readonly certify?: Certification | undefined;
	readonly lock?: FieldLock | undefined;
	/** An XMP packet for the document's metadata. */
	readonly xmp?: Uint8Array | undefined;
}

/** A rectangle on a page as displayed: rotation and CropBox applied, from its lower left corner, in 1/72 inch. */
export interface Place {
	/** From 1. */
	readonly page: number | 'last';
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

/** What a visible signature shows. */
export interface MarkOptions {
	/** With `{name}`, `{time}`, `{reason}`, `{location}`, `{contact}`, `{issuer}`, `{serial}`; lines without a value are left out. */
	readonly text?: string | undefined;
	/** PNG, JPEG or SVG. */
	readonly image?: Uint8Array | undefined;
}

/** What a certified document still allows (ISO 32000-2, table 257: P = 1, 2, 3). */
export type Certification = 'no-changes' | 'form-filling' | 'annotations';

export const certificationLevel: Readonly<Record<Certification, 1 | 2 | 3>> = {
	'no-changes': 1,
	'form-filling': 2,
	annotations: 3,
};

/** Fields that must not change after this signature (ISO 32000-2, 12.7.5.5 and 12.8.2.4). */
export type FieldLock = (
	| { readonly action: 'all' }
	| { readonly action: 'include' | 'exclude'; readonly fields: readonly string[] }
) & {
	/** What the document still allows afterwards, where the author of a field says so (table 236: `/P`). */
	readonly permission?: 1 | 2 | 3 | undefined;
};
