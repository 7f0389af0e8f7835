/** XML read whole into a small tree, for what is signed: well-formed, without DTD, bounded in size, depth and nodes. */
import { SaxesParser } from 'saxes';
import { TrustedListError } from '../trustedListError.ts';

/** The largest national lists have 10 MB, 15 levels and 200,000 nodes. */
const maximumSize = 64 * 1024 * 1024;
const maximumDepth = 64;
const maximumNodes = 4_000_000;

export interface XmlAttribute {
	readonly prefix: string;
	readonly local: string;
	/** Empty for an attribute without prefix. */
	readonly uri: string;
	readonly value: string;
}

export interface XmlInstruction {
	readonly target: string;
	readonly body: string;
}

/** Comments are no part of it: canonical XML leaves them out, so nobody may read what they split otherwise. */
export type XmlNode = string | XmlElement | XmlInstruction;

export class XmlElement {
	readonly prefix: string;
	readonly local: string;
	readonly uri: string;
	/** Without namespace declarations. */
	readonly attributes: readonly XmlAttribute[];
	/** Declared on this element: URI by prefix. */
	readonly namespaces: ReadonlyMap<string, string>;
	readonly parent: XmlElement | undefined;
	readonly children: readonly XmlNode[];

	constructor(parts: Omit<XmlElement, 'elements' | 'text' | 'attribute' | 'all' | 'first'>) {
		this.prefix = parts.prefix;
		this.local = parts.local;
		this.uri = parts.uri;
		this.attributes = parts.attributes;
		this.namespaces = parts.namespaces;
		this.parent = parts.parent;
		this.children = parts.children;
	}

	get elements(): readonly XmlElement[] {
		return this.children.filter((child) => child instanceof XmlElement);
	}

	/** Its own text, without that of the elements in it, trimmed. */
	get text(): string {
		return this.children
			.filter((child) => typeof child === 'string')
			.join('')
			.trim();
	}

	/** The value of an attribute without namespace. */
	attribute(local: string): string | undefined {
		return this.attributes.find((attribute) => attribute.local === local && attribute.uri === '')?.value;
	}

	/** All elements at the end of a path of names, each in the namespace given. */
	all(uri: string, ...path: readonly string[]): readonly XmlElement[] {
		return path.reduce<readonly XmlElement[]>(
			(found, name) =>
				found.flatMap((element) => element.elements.filter((child) => child.local === name && child.uri === uri)),
			[this],
		);
	}

	first(uri: string, ...path: readonly string[]): XmlElement | undefined {
		return this.all(uri, ...path)[0];
	}
}

export interface XmlDocument {
	readonly root: XmlElement;
	/** Processing instructions before and after the root: a signature over the whole document covers them. */
	readonly before: readonly XmlInstruction[];
	readonly after: readonly XmlInstruction[];
}

/** Elements by what their attribute `Id` says; what is said twice names nothing. */
export function elementsById(root: XmlElement): ReadonlyMap<string, XmlElement | 'ambiguous'> {
	const found = new Map<string, XmlElement | 'ambiguous'>();
	collectIds(root, found);
	return found;
}

function collectIds(element: XmlElement, found: Map<string, XmlElement | 'ambiguous'>): void {
	for (const { local, uri, value } of element.attributes)
		if (/^id$/i.test(local) && (uri === '' || uri === xmlUri))
			found.set(value, found.has(value) ? 'ambiguous' : element);
	for (const child of element.elements) collectIds(child, found);
}

/** Whether an element is another or somewhere in it. */
export function isWithin(element: XmlElement, outer: XmlElement): boolean {
	for (let above: XmlElement | undefined = element; above !== undefined; above = above.parent)
		if (above === outer) return true;
	return false;
}

/** @throws {TrustedListError} `list-malformed` */
export function parseXml(bytes: Uint8Array): XmlDocument {
	if (bytes.length > maximumSize) throw malformed(`it has ${bytes.length} bytes`);
	let text: string;
	try {
		text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch (cause) {
		throw malformed('it is not UTF-8', cause);
	}
	const builder = new TreeBuilder();
	const parser = new SaxesParser({ xmlns: true, position: false });
	parser.on('xmldecl', ({ encoding }) => {
		if (encoding !== undefined && !/^(?:utf-8|us-ascii)$/i.test(encoding)) throw malformed(`it says it is ${encoding}`);
	});
	parser.on('doctype', () => {
		throw malformed('it has a document type declaration');
	});
	parser.on('opentag', ({ prefix, local, uri, attributes, ns }) => {
		const plain = Object.values(attributes).filter((attribute) => attribute.uri !== xmlnsUri);
		builder.open({ prefix, local, uri, attributes: plain, namespaces: new Map(Object.entries(ns)) });
	});
	parser.on('closetag', () => builder.close());
	parser.on('text', (content) => builder.add(content));
	parser.on('cdata', (content) => builder.add(content));
	parser.on('processinginstruction', (instruction) => builder.add(instruction));
	parser.on('error', (cause) => {
		throw malformed(cause.message, cause);
	});
	parser.write(text).close();
	return builder.document;
}

/** Of `xml:lang` and the like. */
export const xmlUri = 'http://www.w3.org/XML/1998/namespace';
const xmlnsUri = 'http://www.w3.org/2000/xmlns/';

class TreeBuilder {
	readonly #open: { readonly element: XmlElement; readonly children: XmlNode[] }[] = [];
	readonly #before: XmlInstruction[] = [];
	readonly #after: XmlInstruction[] = [];
	#root: XmlElement | undefined;
	#nodes = 0;

	open(parts: Pick<XmlElement, 'prefix' | 'local' | 'uri' | 'attributes' | 'namespaces'>): void {
		if (this.#open.length === maximumDepth) throw malformed(`it has more than ${maximumDepth} levels`);
		this.#count(1 + parts.attributes.length + parts.namespaces.size);
		const children: XmlNode[] = [];
		const above = this.#open.at(-1);
		const element = new XmlElement({ ...parts, parent: above?.element, children });
		above?.children.push(element);
		this.#root ??= element;
		this.#open.push({ element, children });
	}

	close(): void {
		this.#open.pop();
	}

	add(node: string | XmlInstruction): void {
		this.#count(1);
		const above = this.#open.at(-1);
		if (above !== undefined) above.children.push(node);
		else if (typeof node !== 'string') (this.#root === undefined ? this.#before : this.#after).push(node);
	}

	get document(): XmlDocument {
		if (this.#root === undefined) throw malformed('it is empty');
		return { root: this.#root, before: this.#before, after: this.#after };
	}

	#count(nodes: number): void {
		this.#nodes += nodes;
		if (this.#nodes > maximumNodes) throw malformed(`it has more than ${maximumNodes} nodes`);
	}
}

const malformed = (why: string, cause?: unknown): TrustedListError =>
	new TrustedListError('list-malformed', `the trusted list cannot be read: ${why}`, { cause });
