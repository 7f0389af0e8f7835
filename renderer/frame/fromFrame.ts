/**
 * What the frame that draws the PDF may say to the window.
 *
 * The frame draws hostile files, so the window believes nothing it says: each message is checked here, and none can do
 * more than ask for bytes of the document that is shown, name rectangles, and press a key of a short list.
 */
import { z } from 'zod';

const page = z.int().min(1).max(1_000_000);
const length = z.number().min(-100_000).max(100_000);
const rectangle = z.strictObject({
	x: length,
	y: length,
	width: length.positive(),
	height: length.positive(),
});
export type FrameRectangle = z.infer<typeof rectangle>;
/** Something that is not on the screen as it is in the file, found while drawing. */
export const drawingFaults = ['image', 'font', 'page'] as const;
/** Pressed while the focus is in the frame, and meant for the window. */
export const keysOfTheWindow = ['o', 'f', 's', 'p', 'k', '+', '-', '0', 'Escape', 'g'] as const;
export type WindowKey = (typeof keysOfTheWindow)[number];

export const fromFrame = z.discriminatedUnion('kind', [
	z.strictObject({ kind: z.literal('ready') }),
	z.strictObject({ kind: z.literal('range'), begin: z.int().nonnegative(), end: z.int().positive() }),
	z.strictObject({ kind: z.literal('opened'), pages: page }),
	z.strictObject({ kind: z.literal('failed'), why: z.enum(['password', 'damaged']) }),
	z.strictObject({ kind: z.literal('at'), page, percent: z.number().positive().max(100_000) }),
	z.strictObject({ kind: z.literal('found'), current: z.int().nonnegative(), total: z.int().nonnegative() }),
	z.strictObject({ kind: z.literal('placed'), page, rectangle }),
	z.strictObject({ kind: z.literal('not-drawn'), page, what: z.enum(drawingFaults) }),
	z.strictObject({ kind: z.literal('drawn'), page }),
	/** The page that was asked for as a picture, and its size as displayed, in 1/72 inch. */
	z.strictObject({
		kind: z.literal('picture'),
		bitmap: z.custom<ImageBitmap>((value) => value instanceof ImageBitmap),
		width: length.positive(),
		height: length.positive(),
	}),
	z.strictObject({ kind: z.literal('key'), key: z.enum(keysOfTheWindow), shift: z.boolean() }),
	/** Pages are drawn for printing; at the end comes `printed`, even when it was cancelled. */
	z.strictObject({ kind: z.literal('printing'), drawn: z.int().nonnegative() }),
	z.strictObject({ kind: z.literal('printed'), failed: z.boolean() }),
	z.strictObject({ kind: z.literal('file-over') }),
]);
export type FromFrame = z.infer<typeof fromFrame>;
export type DrawingFault = (typeof drawingFaults)[number];
