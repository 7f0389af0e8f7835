/** An SVG as paths on a page of a PDF: without transparency, fonts or images, whatever the SVG has. */
import {
	appendBezierCurve,
	closePath,
	concatTransformationMatrix,
	fill,
	fillEvenOdd,
	type LineCapStyle,
	type LineJoinStyle,
	lineTo,
	moveTo,
	type PDFOperator,
	type PDFPage,
	popGraphicsState,
	pushGraphicsState,
	setDashPattern,
	setFillingRgbColor,
	setLineCap,
	setLineJoin,
	setLineWidth,
	setStrokingRgbColor,
	stroke,
} from 'pdf-lib';
import type { Box } from '../drawImage.ts';
import { type Matrix, multiply, numbersIn, parseTransform } from '../matrix.ts';
import { type Colour, parseColour } from './svgColours.ts';
import { outlineOf, type Segment } from './svgPath.ts';
import { declarationsOf, initialStyle, type Style, type StyleSheet, styleSheetOf, styleWithin } from './svgStyle.ts';
import { parseSvg, type SvgElement } from './svgTree.ts';

/**
 * Draws it as large as it fits into the box, in its middle.
 *
 * Colours that let the ground shine through are mixed with white; of gradients the mean colour is taken.
 *
 * @throws {Error} for what is no SVG, has no size, or holds what paths cannot show: text, images, masks.
 */
export function drawSvg(page: PDFPage, source: string, box: Box): void {
	const root = parseSvg(source);
	const [left, top, width, height] = viewBoxOf(root);
	const scale = Math.min(box.width / width, box.height / height);
	const x = box.x + (box.width - width * scale) / 2 - left * scale;
	const y = box.y + (box.height + height * scale) / 2 + top * scale;
	// SVG counts downwards.
	const fit: Matrix = [scale, 0, 0, -scale, x, y];
	page.pushOperators(...new SvgDrawing(root).operators(fit));
}

/** Left, top, width and height of what is shown. */
function viewBoxOf({ attributes }: SvgElement): readonly [number, number, number, number] {
	const [left = 0, top = 0, ...size] = numbersIn(attributes.get('viewBox') ?? '');
	const [width = Number.NaN, height = Number.NaN] =
		size.length === 2 ? size : ['width', 'height'].map((side) => Number.parseFloat(attributes.get(side) ?? ''));
	if (!(width > 0 && height > 0)) throw new Error('it does not say how large it is (width and height, or viewBox)');
	return [left, top, width, height];
}

const containers: ReadonlySet<string> = new Set(['svg', 'g', 'a', 'switch', 'use', 'symbol']);
/** Elements and properties whose absence would be seen. */
const impossible: ReadonlySet<string> = new Set(['text', 'image', 'foreignObject']);
const impossibleProperties = ['mask', 'clip-path', 'filter'] as const;
const maximumUses = 32;

class SvgDrawing {
	readonly #root: SvgElement;
	readonly #sheet: StyleSheet;
	readonly #byId = new Map<string, SvgElement>();

	constructor(root: SvgElement) {
		this.#root = root;
		this.#sheet = styleSheetOf(root);
		this.#collect(root);
	}

	operators(fit: Matrix): readonly PDFOperator[] {
		return [...this.#children(this.#root, fit, this.#styleOf(this.#root, initialStyle), 0)];
	}

	#collect(element: SvgElement): void {
		const id = element.attributes.get('id');
		if (id !== undefined) this.#byId.set(id, element);
		for (const child of element.children) this.#collect(child);
	}

	#styleOf(element: SvgElement, around: Style): Style {
		const own = declarationsOf(element, this.#sheet);
		const hidden = impossibleProperties.find((property) => (own.get(property) ?? 'none') !== 'none');
		if (hidden) throw new Error(`it uses ${hidden}, which paths cannot show`);
		return styleWithin(around, own);
	}

	*#children(element: SvgElement, matrix: Matrix, style: Style, uses: number): Generator<PDFOperator> {
		for (const child of element.children) yield* this.#element(child, matrix, style, uses);
	}

	*#element(element: SvgElement, outer: Matrix, around: Style, uses: number): Generator<PDFOperator> {
		if (impossible.has(element.name)) throw new Error(`it holds <${element.name}>, which paths cannot show`);
		const outline = outlineOf(element);
		if (!outline && (!containers.has(element.name) || element.name === 'symbol')) return;
		if (declarationsOf(element, this.#sheet).get('display') === 'none') return;
		const style = this.#styleOf(element, around);
		const matrix = multiply(outer, parseTransform(element.attributes.get('transform') ?? ''));
		if (outline) yield* this.#shape(outline, matrix, style);
		else if (element.name === 'use') yield* this.#use(element, matrix, style, uses);
		else if (element.name === 'svg') yield* this.#children(element, multiply(matrix, innerView(element)), style, uses);
		else yield* this.#children(element, matrix, style, uses);
	}

	*#use({ attributes }: SvgElement, outer: Matrix, style: Style, uses: number): Generator<PDFOperator> {
		const target = this.#byId.get((attributes.get('href') ?? '').replace(/^#/, ''));
		if (!target) return;
		if (uses >= maximumUses) throw new Error('it uses itself');
		const matrix = multiply(outer, [1, 0, 0, 1, lengthOf(attributes, 'x'), lengthOf(attributes, 'y')]);
		if (target.name !== 'symbol') yield* this.#element(target, matrix, style, uses + 1);
		else {
			const view = innerView({ ...target, attributes: new Map([...target.attributes, ...sizeOf(attributes)]) });
			yield* this.#children(target, multiply(matrix, view), this.#styleOf(target, style), uses + 1);
		}
	}

	*#shape(outline: readonly Segment[], matrix: Matrix, style: Style): Generator<PDFOperator> {
		if (!style.isVisible || outline.length === 0) return;
		const filling = this.#paint(style.fill, style, style.fillOpacity);
		const stroking = style.strokeWidth > 0 ? this.#paint(style.stroke, style, style.strokeOpacity) : undefined;
		if (!filling && !stroking) return;
		yield pushGraphicsState();
		yield concatTransformationMatrix(...matrix);
		if (filling) {
			yield setFillingRgbColor(...filling);
			yield* outline.map(operatorOf);
			yield style.fillRule === 'evenodd' ? fillEvenOdd() : fill();
		}
		if (stroking) {
			yield* strokeOperators(style, stroking);
			yield* outline.map(operatorOf);
			yield stroke();
		}
		yield popGraphicsState();
	}

	/** Red, green and blue on white; `undefined` where nothing is painted. */
	#paint(text: string, { color, opacity }: Style, own: number): [number, number, number] | undefined {
		if (text === 'none') return undefined;
		const [, id, fallback = ''] = /^url\(\s*["']?#([^"')]+)["']?\s*\)\s*(.*)$/.exec(text) ?? [];
		const gradient = id === undefined ? undefined : this.#meanOf(id, 0);
		const colour = gradient ?? parseColour(id === undefined ? text.replace(/^currentcolor$/i, color) : fallback);
		if (!colour) throw new Error(`it paints with '${text}', which paths cannot show`);
		const [red, green, blue, alpha] = colour;
		const strength = alpha * opacity * own;
		if (strength === 0) return undefined;
		const mixed = (channel: number): number => 1 - (1 - channel) * strength;
		return [mixed(red), mixed(green), mixed(blue)];
	}

	#meanOf(id: string, depth: number): Colour | undefined {
		const gradient = this.#byId.get(id);
		if (!gradient || !/^(linear|radial)Gradient$/.test(gradient.name) || depth > maximumUses) return undefined;
		const colours = gradient.children
			.filter(({ name }) => name === 'stop')
			.flatMap((stop): Colour[] => {
				const own = declarationsOf(stop, this.#sheet);
				const colour = parseColour(own.get('stop-color') ?? 'black');
				if (!colour) return [];
				const opacity = Number.parseFloat(own.get('stop-opacity') ?? '1');
				return [[colour[0], colour[1], colour[2], colour[3] * opacity]];
			});
		if (colours.length === 0) return this.#meanOf((gradient.attributes.get('href') ?? '').replace(/^#/, ''), depth + 1);
		const mean = (channel: 0 | 1 | 2 | 3): number =>
			colours.reduce((sum, colour) => sum + colour[channel], 0) / colours.length;
		return [mean(0), mean(1), mean(2), mean(3)];
	}
}

const lengthOf = (attributes: ReadonlyMap<string, string>, name: string): number =>
	Number.parseFloat(attributes.get(name) ?? '') || 0;

const sizeOf = (attributes: ReadonlyMap<string, string>): [string, string][] =>
	[...attributes].filter(([key]) => key === 'width' || key === 'height');

/** Of an `svg` or `symbol` inside another: its view box in its rectangle. */
function innerView({ attributes }: SvgElement): Matrix {
	const [x, y] = [lengthOf(attributes, 'x'), lengthOf(attributes, 'y')];
	const [left, top, width, height] = numbersIn(attributes.get('viewBox') ?? '');
	if (left === undefined || top === undefined || !width || !height) return [1, 0, 0, 1, x, y];
	const [across, down] = [lengthOf(attributes, 'width') || width, lengthOf(attributes, 'height') || height];
	const scale = Math.min(across / width, down / height);
	const [dx, dy] = [(across - width * scale) / 2, (down - height * scale) / 2];
	return [scale, 0, 0, scale, x + dx - left * scale, y + dy - top * scale];
}

function* strokeOperators(style: Style, colour: [number, number, number]): Generator<PDFOperator> {
	const caps: Readonly<Record<string, LineCapStyle>> = { butt: 0, round: 1, square: 2 };
	const joins: Readonly<Record<string, LineJoinStyle>> = { miter: 0, round: 1, bevel: 2 };
	yield setStrokingRgbColor(...colour);
	yield setLineWidth(style.strokeWidth);
	yield setLineCap(caps[style.lineCap] ?? 0);
	yield setLineJoin(joins[style.lineJoin] ?? 0);
	if (style.dashes.length > 0) yield setDashPattern([...style.dashes], style.dashOffset);
}

function operatorOf(segment: Segment): PDFOperator {
	switch (segment[0]) {
		case 'M':
			return moveTo(segment[1], segment[2]);
		case 'L':
			return lineTo(segment[1], segment[2]);
		case 'C':
			return appendBezierCurve(segment[1], segment[2], segment[3], segment[4], segment[5], segment[6]);
		case 'Z':
			return closePath();
	}
}
