/**
 * Canonical XML without comments: what is digested and signed in the place of an element or a document (W3C xml-c14n 1.0,
 * xml-c14n11, xml-exc-c14n). Subsets are whole elements with all below them but those left out.
 */
import {
	type XmlAttribute,
	type XmlDocument,
	type XmlElement,
	type XmlInstruction,
	type XmlNode,
	xmlUri,
} from './xmlTree.ts';

export type Canonicalisation =
	| { readonly kind: 'inclusive-1.0' | 'inclusive-1.1' }
	| {
			readonly kind: 'exclusive';
			/** Prefixes that are treated as inclusive canonicalisation does; empty for the default namespace. */
			readonly inclusivePrefixes: readonly string[];
	  };

/** Which elements are left out, each with all in it. */
export type Omission = (element: XmlElement) => boolean;

type Scope = ReadonlyMap<string, string>;

/** The whole document, instructions around the root included. */
export function canonicalDocument(document: XmlDocument, method: Canonicalisation, omits?: Omission): Uint8Array {
	const writer = new Writer(method, omits);
	for (const instruction of document.before) writer.instruction(instruction, '', '\n');
	writer.apex(document.root);
	for (const instruction of document.after) writer.instruction(instruction, '\n', '');
	return writer.bytes;
}

/** One element with all in it but what is left out. */
export function canonicalElement(element: XmlElement, method: Canonicalisation, omits?: Omission): Uint8Array {
	const writer = new Writer(method, omits);
	writer.apex(element);
	return writer.bytes;
}

class Writer {
	readonly #method: Canonicalisation;
	readonly #omits: Omission | undefined;
	readonly #parts: string[] = [];

	constructor(method: Canonicalisation, omits: Omission | undefined) {
		this.#method = method;
		this.#omits = omits;
	}

	get bytes(): Uint8Array {
		return Buffer.from(this.#parts.join(''), 'utf8');
	}

	instruction({ target, body }: XmlInstruction, before = '', after = ''): void {
		this.#parts.push(`${before}<?${target}${body === '' ? '' : ` ${body.replace(/\r/g, '&#xD;')}`}?>${after}`);
	}

	apex(element: XmlElement): void {
		const ancestors = ancestorsOf(element);
		const scope = new Map(ancestors.flatMap((ancestor) => [...ancestor.namespaces]));
		const inherited =
			this.#method.kind === 'exclusive' ? [] : inheritedAttributes(element, ancestors, this.#method.kind);
		this.#element(element, scope, new Map(), [...element.attributes, ...inherited]);
	}

	#element(element: XmlElement, outer: Scope, rendered: Scope, attributes: readonly XmlAttribute[]): void {
		const scope = element.namespaces.size === 0 ? outer : new Map([...outer, ...element.namespaces]);
		const declared = this.#prefixes(element, attributes, scope, rendered)
			.map((prefix) => ({ prefix, uri: scope.get(prefix) ?? '' }))
			.filter(({ prefix, uri }) => prefix !== 'xml' && (rendered.get(prefix) ?? '') !== uri)
			.sort((a, b) => compare(a.prefix, b.prefix));
		const name = qualified(element.prefix, element.local);
		this.#parts.push(`<${name}`);
		for (const { prefix, uri } of declared)
			this.#parts.push(` ${prefix === '' ? 'xmlns' : `xmlns:${prefix}`}="${escapeAttribute(uri)}"`);
		for (const attribute of attributes.toSorted((a, b) => compare(a.uri, b.uri) || compare(a.local, b.local)))
			this.#parts.push(` ${qualified(attribute.prefix, attribute.local)}="${escapeAttribute(attribute.value)}"`);
		this.#parts.push('>');
		const below =
			declared.length === 0
				? rendered
				: new Map([...rendered, ...declared.map(({ prefix, uri }) => [prefix, uri] as const)]);
		for (const child of element.children) this.#node(child, scope, below);
		this.#parts.push(`</${name}>`);
	}

	#node(node: XmlNode, scope: Scope, rendered: Scope): void {
		if (typeof node === 'string') this.#parts.push(escapeText(node));
		else if ('target' in node) this.instruction(node);
		else if (!this.#omits?.(node)) this.#element(node, scope, rendered, node.attributes);
	}

	/** Whose declarations may be due here; which of them are already in force is for the caller to see. */
	#prefixes(
		element: XmlElement,
		attributes: readonly XmlAttribute[],
		scope: Scope,
		rendered: Scope,
	): readonly string[] {
		// Inclusive: everything in scope, which below the apex is what changes with an element's own declarations.
		if (this.#method.kind !== 'exclusive')
			return rendered.size === 0 ? [...scope.keys()] : [...element.namespaces.keys()];
		const used = [element.prefix, ...attributes.flatMap(({ prefix }) => (prefix === '' ? [] : [prefix]))];
		const inclusive = this.#method.inclusivePrefixes.filter((prefix) => scope.has(prefix));
		return [...new Set([...used, ...inclusive])];
	}
}

function ancestorsOf(element: XmlElement): readonly XmlElement[] {
	const ancestors: XmlElement[] = [];
	for (let above = element.parent; above !== undefined; above = above.parent) ancestors.unshift(above);
	return ancestors;
}

/** Attributes as `xml:lang` that hold for an element by those above it (xml-c14n §2.4; 1.1 leaves xml:id where it is). */
function inheritedAttributes(
	element: XmlElement,
	ancestors: readonly XmlElement[],
	kind: 'inclusive-1.0' | 'inclusive-1.1',
): readonly XmlAttribute[] {
	const found = new Map<string, XmlAttribute>();
	for (const attribute of ancestors.flatMap((ancestor) => ancestor.attributes))
		if (attribute.uri === xmlUri && !(kind === 'inclusive-1.1' && attribute.local === 'id'))
			found.set(attribute.local, attribute);
	return [...found.values()].filter(
		({ local }) => !element.attributes.some((own) => own.uri === xmlUri && own.local === local),
	);
}

const qualified = (prefix: string, local: string): string => (prefix === '' ? local : `${prefix}:${local}`);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const references: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	'\t': '&#x9;',
	'\n': '&#xA;',
	'\r': '&#xD;',
};
const escapeText = (text: string): string => text.replace(/[&<>\r]/g, (character) => references[character] ?? '');
const escapeAttribute = (text: string): string =>
	text.replace(/[&<"\t\n\r]/g, (character) => references[character] ?? '');
