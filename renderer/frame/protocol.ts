/**
 * What the window says to the frame that draws the PDF, over one message port; the answers are in `fromFrame.ts`.
 * Rectangles are on the page as displayed (rotation applied), from its lower left corner, in 1/72 inch.
 */
import type { FrameRectangle } from './fromFrame.ts';

export interface Place {
	readonly page: number;
	readonly rectangle: FrameRectangle;
}

export type Zoom = 'in' | 'out' | 'page-width' | 'page-fit' | 'reset';

/** Somewhere on a page, or (null) the whole of it. */
export interface Spot {
	readonly page: number;
	readonly rectangle: FrameRectangle | null;
}

/** What is outlined on a page: where a signature stands, a field waits, or something was changed. */
export interface Outline extends Spot {
	readonly tone: 'field' | 'signature' | 'change';
	readonly label: string;
}

/** Where a mark can be put without a pointer. */
export const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;
export type Corner = (typeof corners)[number];

/** Texts that the frame shows or reads out: it has no translations of its own. */
export interface FrameTexts {
	readonly language: string;
	readonly document: string;
	readonly thumbnails: string;
	readonly page: string;
	readonly mark: string;
}

export type ToFrame =
	| { readonly kind: 'look'; readonly theme: 'light' | 'dark'; readonly texts: FrameTexts }
	| { readonly kind: 'open'; readonly size: number; readonly password: string | null }
	/** Instead of `open`: one page as a picture this wide, and nothing is shown. */
	| {
			readonly kind: 'picture';
			readonly size: number;
			readonly password: string | null;
			readonly page: number;
			readonly width: number;
	  }
	| { readonly kind: 'bytes'; readonly begin: number; readonly bytes: Uint8Array }
	| { readonly kind: 'go'; readonly page: number }
	| { readonly kind: 'show'; readonly spot: Spot }
	| { readonly kind: 'zoom'; readonly zoom: Zoom }
	| { readonly kind: 'find'; readonly query: string; readonly again: 'next' | 'previous' | null }
	| { readonly kind: 'thumbnails'; readonly shown: boolean }
	| { readonly kind: 'outlines'; readonly outlines: readonly Outline[] }
	| { readonly kind: 'mark'; readonly mode: 'off' | 'draw' | 'fixed'; readonly place: Place | null }
	| { readonly kind: 'corner'; readonly page: number; readonly corner: Corner }
	| { readonly kind: 'preview'; readonly bytes: Uint8Array | null }
	| { readonly kind: 'print' }
	| { readonly kind: 'stop-printing' };

/** The first message of all: it hands the port over. */
export const HANDSHAKE = 'paraph-frame';
