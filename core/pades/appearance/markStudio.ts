import { digest } from '../../pki/digest.ts';
import { drawMark, type Mark, type MarkDrawing } from './drawMark.ts';

/** Marks whose text says the minute are alike for as long; texts that differ by file are not worth more. */
const KEPT = 32;

/** Draws marks, and the same mark once: one for a run. */
export class MarkStudio {
	readonly #drawn = new Map<string, Promise<Mark>>();
	/** Images are the same object for the whole run. */
	readonly #imageKeys = new WeakMap<Uint8Array, string>();

	/** @throws {SigningError} `image-unreadable`. */
	draw(drawing: MarkDrawing): Promise<Mark> {
		const key = this.#keyOf(drawing);
		const known = this.#drawn.get(key);
		if (known) return known;
		const mark = drawMark(drawing);
		this.#drawn.set(key, mark);
		const [oldest] = this.#drawn.keys();
		if (this.#drawn.size > KEPT && oldest !== undefined) this.#drawn.delete(oldest);
		return mark;
	}

	#keyOf({ text, image, width, height }: MarkDrawing): string {
		return JSON.stringify([text, width, height, image && this.#imageKey(image)]);
	}

	#imageKey(image: Uint8Array): string {
		const key = this.#imageKeys.get(image) ?? Buffer.from(digest('sha256', image)).toString('hex');
		this.#imageKeys.set(image, key);
		return key;
	}
}
