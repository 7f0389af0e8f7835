/** What an SVG element looks like (SVG 2, 6 and 13): attributes, `style`, and rules of a style sheet with simple selectors. */
import { fraction } from './svgColours.ts';
import type { SvgElement } from './svgTree.ts';

/** As written; what an element does not say it has from the one around it. */
export interface Style {
	readonly color: string;
	readonly fill: string;
	readonly fillRule: string;
	readonly stroke: string;
	readonly strokeWidth: number;
	readonly lineCap: string;
	readonly lineJoin: string;
	readonly dashes: readonly number[];
	readonly dashOffset: number;
	readonly isVisible: boolean;
	/** Of the element and all around it. */
	readonly opacity: number;
	readonly fillOpacity: number;
	readonly strokeOpacity: number;
}

export const initialStyle: Style = {
	color: 'black',
	fill: 'black',
	fillRule: 'nonzero',
	stroke: 'none',
	strokeWidth: 1,
	lineCap: 'butt',
	lineJoin: 'miter',
	dashes: [],
	dashOffset: 0,
	isVisible: true,
	opacity: 1,
	fillOpacity: 1,
	strokeOpacity: 1,
};

/** Declarations by selector, `*` for none. */
export type StyleSheet = readonly { readonly selector: string; readonly declarations: ReadonlyMap<string, string> }[];

/** The rules of every `style` element; selectors that are not simple (`.a`, `#a`, `path`, `path.a`) match nothing. */
export function styleSheetOf(root: SvgElement): StyleSheet {
	const own = root.name === 'style' ? parseRules(root.text) : [];
	return [...own, ...root.children.flatMap(styleSheetOf)];
}

function parseRules(text: string): StyleSheet {
	const plain = text.replaceAll(/\/\*.*?\*\//gs, '');
	return [...plain.matchAll(/([^{}]+)\{([^{}]*)\}/g)].flatMap(([, selectors = '', body = '']) =>
		selectors.split(',').map((selector) => ({ selector: selector.trim(), declarations: parseDeclarations(body) })),
	);
}

function parseDeclarations(text: string): ReadonlyMap<string, string> {
	const pairs = text.split(';').flatMap((declaration): [string, string][] => {
		const colon = declaration.indexOf(':');
		const value = declaration.slice(colon + 1).replace(/!\s*important/, '');
		return colon < 0 ? [] : [[declaration.slice(0, colon).trim(), value.trim()]];
	});
	return new Map(pairs);
}

/** What an element says itself: the `style` attribute wins over the sheet, which wins over attributes. */
export function declarationsOf(element: SvgElement, sheet: StyleSheet): ReadonlyMap<string, string> {
	const matching = sheet
		.filter(({ selector }) => matches(element, selector))
		.sort((a, b) => specificity(a.selector) - specificity(b.selector));
	return new Map([
		...element.attributes,
		...matching.flatMap(({ declarations }) => [...declarations]),
		...parseDeclarations(element.attributes.get('style') ?? ''),
	]);
}

function matches({ name, attributes }: SvgElement, selector: string): boolean {
	const parts = /^(\*|[\w-]+)?((?:[.#][\w-]+)*)$/.exec(selector);
	if (!parts || selector === '') return false;
	const [, tag = '*', rest = ''] = parts;
	const classes = (attributes.get('class') ?? '').split(/\s+/);
	const conditions = rest.match(/[.#][\w-]+/g) ?? [];
	return (
		(tag === '*' || tag === name) &&
		conditions.every((one) =>
			one.startsWith('#') ? attributes.get('id') === one.slice(1) : classes.includes(one.slice(1)),
		)
	);
}

const specificity = (selector: string): number =>
	100 * selector.split('#').length + 10 * selector.split('.').length + (/^\w/.test(selector) ? 1 : 0);

/** The style of an element inside another. */
export function styleWithin(around: Style, own: ReadonlyMap<string, string>): Style {
	const said = (key: string): string | undefined => {
		const value = own.get(key);
		return value === 'inherit' ? undefined : value;
	};
	const number = (key: string, otherwise: number): number => {
		const value = Number.parseFloat(said(key) ?? '');
		return Number.isFinite(value) ? value : otherwise;
	};
	const opacity = (key: string, otherwise: number): number => fraction(said(key) ?? String(otherwise), 1);
	return {
		color: said('color') ?? around.color,
		fill: said('fill') ?? around.fill,
		fillRule: said('fill-rule') ?? around.fillRule,
		stroke: said('stroke') ?? around.stroke,
		strokeWidth: number('stroke-width', around.strokeWidth),
		lineCap: said('stroke-linecap') ?? around.lineCap,
		lineJoin: said('stroke-linejoin') ?? around.lineJoin,
		dashes: dashesOf(said('stroke-dasharray')) ?? around.dashes,
		dashOffset: number('stroke-dashoffset', around.dashOffset),
		isVisible: (said('visibility') ?? (around.isVisible ? 'visible' : 'hidden')) === 'visible',
		opacity: around.opacity * opacity('opacity', 1),
		fillOpacity: opacity('fill-opacity', around.fillOpacity),
		strokeOpacity: opacity('stroke-opacity', around.strokeOpacity),
	};
}

function dashesOf(text: string | undefined): readonly number[] | undefined {
	if (text === undefined) return undefined;
	const lengths = text
		.split(/[\s,]+/)
		.map(Number.parseFloat)
		.filter((length) => length >= 0);
	return lengths.some((length) => length > 0) ? lengths : [];
}
