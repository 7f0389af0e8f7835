/** Documents that are open, the chooser of the loopback host, and what was kept where. */

import { z } from 'zod';
import type { DocumentHandle, ListingId } from './identifiers.ts';

/** Lower left corner and size on the page as displayed (rotation applied), in 1/72 inch. */
export const rectangle = z.strictObject({
	x: z.number(),
	y: z.number(),
	width: z.number().positive(),
	height: z.number().positive(),
});
export type Rectangle = z.infer<typeof rectangle>;

/** Something in the file that may make it look different elsewhere or later; said before the PIN is asked. */
export interface Concern {
	readonly code:
		| 'xfa'
		| 'javascript'
		| 'hidden-layers'
		| 'fonts-not-embedded'
		| 'external-content'
		| 'embedded-files'
		| 'rebuilt';
	/** From 1, where it concerns one page. */
	readonly page: number | null;
}

/** An empty signature field that waits for a signature. */
export interface EmptyField {
	readonly name: string;
	/** From 1. */
	readonly page: number | null;
	readonly rectangle: Rectangle | null;
}

export interface OpenDocument {
	readonly handle: DocumentHandle;
	/** The file's name without its folder. */
	readonly name: string;
	/** The folder as text for people; null for a file that was dropped on the loopback host's window. */
	readonly folder: string | null;
	/** Bytes. */
	readonly size: number;
	/** Lower-case hex, over the bytes that the handle pins. */
	readonly sha256: string;
	/** Null while `locked`. */
	readonly pages: number | null;
	/** Wants a password: see `documents.unlock`. */
	readonly locked: boolean;
	/** Whether the certification in the file forbids another signature. */
	readonly signable: { readonly ok: true } | { readonly ok: false; readonly code: string; readonly message: string };
	readonly signatureCount: number;
	readonly emptyFields: readonly EmptyField[];
	readonly concerns: readonly Concern[];
}

export interface Listing {
	readonly id: ListingId;
	/** The folder's name. */
	readonly name: string;
	/** From the outermost to the one shown. */
	readonly trail: readonly { readonly id: ListingId; readonly name: string }[];
	/** Where people start: home, documents, downloads, desktop. */
	readonly places: readonly { readonly id: ListingId; readonly kind: PlaceKind; readonly name: string }[];
	/** Folders first, then PDF files, each by name. Hidden ones are left out. */
	readonly entries: readonly ListingEntry[];
	/** More than the listing shows. */
	readonly truncated: boolean;
}
export type PlaceKind = 'home' | 'documents' | 'downloads' | 'desktop' | 'started-here';

export interface ListingEntry {
	readonly id: ListingId;
	readonly kind: 'folder' | 'document';
	readonly name: string;
	/** Bytes; null for a folder. */
	readonly size: number | null;
	/** ISO 8601, UTC. */
	readonly modified: string | null;
}

/** Where something that was to be kept ended up. */
export type Saved =
	| { readonly kind: 'saved'; readonly name: string }
	/** The loopback host has no dialog: the window follows this address of its own origin, once. */
	| { readonly kind: 'download'; readonly name: string; readonly url: string }
	| { readonly kind: 'cancelled' };
