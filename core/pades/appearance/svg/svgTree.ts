/** SVG read into a small tree, within bounds: no entities, nothing from elsewhere. */
import { SaxesParser } from 'saxes';

const maximumDepth = 64;
const maximumElements = 50_000;

export interface SvgElement {
	/** Without prefix. */
	readonly name: string;
	/** Without prefixes: `href` is `xlink:href`, too. */
	readonly attributes: ReadonlyMap<string, string>;
	readonly children: readonly SvgElement[];
	/** Of a `style` element. */
	readonly text: string;
}

interface Open {
	readonly name: string;
	readonly attributes: ReadonlyMap<string, string>;
	readonly children: SvgElement[];
	text: string;
}

/** @throws {Error} when it is not well-formed, or larger than a mark has any use for. */
export function parseSvg(source: string): SvgElement {
	const open: Open[] = [];
	let root: SvgElement | undefined;
	let count = 0;
	const parser = new SaxesParser({ position: false });
	parser.on('opentag', ({ name, attributes }) => {
		if (open.length >= maximumDepth || ++count > maximumElements) throw new Error('too deep or too large');
		const own = new Map(Object.entries(attributes).map(([key, value]) => [local(key), String(value)]));
		open.push({ name: local(name), attributes: own, children: [], text: '' });
	});
	const addText = (text: string): void => {
		const innermost = open.at(-1);
		if (innermost) innermost.text += text;
	};
	parser.on('text', addText);
	parser.on('cdata', addText);
	parser.on('closetag', () => {
		const closed = open.pop();
		if (!closed) return;
		const above = open.at(-1);
		if (above) above.children.push(closed);
		else root = closed;
	});
	parser.on('error', (error) => {
		throw error;
	});
	parser.write(source.replace(/^\ufeff/, '')).close();
	if (root?.name !== 'svg') throw new Error('it is no SVG');
	return root;
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);
