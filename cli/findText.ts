/** Where a page says a text, by pdf.js. */
import type { Draft } from '../core/pades/draft.ts';
import { SigningError } from '../core/pades/signingError.ts';
import type { TextPlace } from './signatureOptions.ts';

/**
 * The right end of the text's baseline, as the page is displayed, from its lower left corner in 1/72 inch.
 *
 * @throws {SigningError} `text-not-found`.
 */
export async function findText(draft: Draft, wanted: TextPlace): Promise<{ page: number; x: number; y: number }> {
	const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs');
	const { source } = draft;
	const task = getDocument({
		data: Uint8Array.from(source.read(0, source.size)),
		verbosity: VerbosityLevel.ERRORS,
		useSystemFonts: false,
		isEvalSupported: false,
	});
	try {
		const document = await task.promise;
		let seen = 0;
		for (let number = 1; number <= document.numPages; number++) {
			const page = await document.getPage(number);
			const viewport = page.getViewport({ scale: 1 });
			for (const line of linesOf((await page.getTextContent()).items)) {
				for (let from = line.text.indexOf(wanted.text); from >= 0; from = line.text.indexOf(wanted.text, from + 1)) {
					seen++;
					if (seen < wanted.occurrence) continue;
					const [userX, userY] = line.pointAt(from + wanted.text.length);
					const [x, y] = viewport.convertToViewportPoint(userX, userY);
					return { page: number, x: Number(x), y: viewport.height - Number(y) };
				}
			}
		}
		const often = seen === 0 ? 'nowhere' : `${seen} times`;
		throw new SigningError('text-not-found', `the document says '${wanted.text}' ${often}, not ${wanted.occurrence} times`);
	} finally {
		await task.destroy();
	}
}

interface TextItem {
	readonly str: string;
	/** Text space to user space. */
	readonly transform: readonly number[];
	/** In user space. */
	readonly width: number;
	readonly hasEOL: boolean;
}

interface TextLine {
	readonly text: string;
	/** In user space; within an item the characters are taken to be equally wide. */
	pointAt(index: number): readonly [number, number];
}

function linesOf(items: readonly unknown[]): readonly TextLine[] {
	const lines: TextItem[][] = [[]];
	for (const item of items) {
		if (!isTextItem(item)) continue;
		lines.at(-1)?.push(item);
		if (item.hasEOL) lines.push([]);
	}
	return lines.map((line) => ({
		text: line.map((item) => item.str).join(''),
		pointAt: (index) => {
			let before = 0;
			for (const item of line) {
				if (index <= before + item.str.length && item.str.length > 0) {
					const [a = 1, b = 0, , , x = 0, y = 0] = item.transform;
					const length = Math.hypot(a, b) || 1;
					const along = (item.width * (index - before)) / item.str.length;
					return [x + (along * a) / length, y + (along * b) / length];
				}
				before += item.str.length;
			}
			return [0, 0];
		},
	}));
}

function isTextItem(item: unknown): item is TextItem {
	return typeof item === 'object' && item !== null && 'str' in item && 'transform' in item;
}
