/**
 * The references of an XML signature: what each one names, and the octets that a digest over it is of (xmldsig-core1 §4.4.3).
 *
 * What is signed is never searched for: a reference names an element by an Id that is there once, the document, or a file.
 */
import { equalBytes } from '../../cms/equalBytes.ts';
import { digest } from '../../pki/digest.ts';
import { digestOf } from '../../pki/trustedLists/xml/algorithms.ts';
import {
	type Canonicalisation,
	canonicalDocument,
	canonicalElement,
	type Omission,
} from '../../pki/trustedLists/xml/canonicalXml.ts';
import { base64, dsUri } from '../../pki/trustedLists/xml/xmlSignature.ts';
import { isWithin, type XmlDocument, type XmlElement } from '../../pki/trustedLists/xml/xmlTree.ts';
import type { SignedObject } from '../facts/signatureFacts.ts';
import { readXml } from './xml.ts';
import { readTransforms, type Transforms } from './xmlTransforms.ts';

/** What canonicalisation is where none is named (xmldsig-core1 §4.4.3.2, EN 319 132-1 §4.5). */
export const inclusive: Canonicalisation = { kind: 'inclusive-1.0' };

/** Where a signature is, and what it may refer to. */
export interface SignatureScope {
	readonly document: XmlDocument;
	readonly signature: XmlElement;
	readonly ids: ReadonlyMap<string, XmlElement | 'ambiguous'>;
	/** The file that a reference names; undefined where there is none. */
	readonly fileOf: (uri: string) => Uint8Array | undefined;
}

export type DigestFact = SignedObject['facts']['messageDigest'];

/** Why there are no octets. */
export type ReferenceFault = 'content-missing' | 'unknown-algorithm';

export class XmlReferences {
	/** In the order of the SignedInfo. */
	readonly elements: readonly XmlElement[];
	readonly #scope: SignatureScope;
	readonly #covered = new Set<string>();
	#signsPart = false;

	constructor(scope: SignatureScope, signedInfo: XmlElement | undefined) {
		this.#scope = scope;
		this.elements = signedInfo?.all(dsUri, 'Reference') ?? [];
	}

	/** Other files that were found by them, as written. */
	get covered(): readonly string[] {
		return [...this.#covered];
	}

	/** Whether an element of the document around the signature is signed, and not the whole. */
	get signsPart(): boolean {
		return this.#signsPart;
	}

	/** The worst of what can be said of the digests. */
	check(): DigestFact {
		const found = new Set(this.elements.map((reference) => this.#checkDigest(reference)));
		return order.find((fact) => found.has(fact)) ?? 'absent';
	}

	/** The element of the document that a reference names. */
	targetOf(reference: XmlElement): XmlElement | undefined {
		const uri = reference.attribute('URI');
		if (!uri?.startsWith('#')) return undefined;
		const target = this.#scope.ids.get(uri.slice(1));
		return target === 'ambiguous' ? undefined : target;
	}

	/** @param ofNodes makes octets of what the reference's own transforms leave a set of nodes. */
	octets(reference: XmlElement, ofNodes: Canonicalisation): Uint8Array | ReferenceFault {
		const uri = reference.attribute('URI');
		const transforms = readTransforms(reference);
		if (transforms === undefined) return 'unknown-algorithm';
		if (uri === undefined) return 'content-missing';
		return uri === '' || uri.startsWith('#')
			? this.#octetsWithin(reference, transforms, ofNodes)
			: this.#octetsOfFile(uri, transforms);
	}

	#octetsWithin(
		reference: XmlElement,
		{ leavesOut, octets }: Transforms,
		ofNodes: Canonicalisation,
	): Uint8Array | ReferenceFault {
		const { document, signature } = this.#scope;
		const isWhole = reference.attribute('URI') === '';
		const target = isWhole ? document.root : this.targetOf(reference);
		if (target === undefined) return 'content-missing';
		// Nothing would be left of it.
		if (leavesOut === 'all-signatures' && isInSignature(target)) return 'unknown-algorithm';
		if (target !== document.root && !isWithin(target, signature)) this.#signsPart = true;
		if (octets === 'base64') return target.elements.length === 0 ? base64(target) : 'unknown-algorithm';
		const method = octets ?? ofNodes;
		const omits = omissions[leavesOut](signature);
		return isWhole ? canonicalDocument(document, method, omits) : canonicalElement(target, method, omits);
	}

	#octetsOfFile(uri: string, { leavesOut, octets }: Transforms): Uint8Array | ReferenceFault {
		const file = this.#scope.fileOf(uri);
		if (!file) return 'content-missing';
		if (leavesOut !== 'nothing') return 'unknown-algorithm';
		this.#covered.add(uri);
		if (octets === undefined) return file;
		return octets === 'base64' ? decodeBase64(file) : canonicalDocument(readXml(file), octets);
	}

	#checkDigest(reference: XmlElement): DigestFact {
		const algorithm = digestOf(reference.first(dsUri, 'DigestMethod'));
		if (algorithm === undefined) return 'unknown-algorithm';
		const octets = this.octets(reference, inclusive);
		if (typeof octets === 'string') return octets;
		return equalBytes(digest(algorithm, octets), base64(reference.first(dsUri, 'DigestValue'))) ? 'matches' : 'differs';
	}
}

const order: readonly DigestFact[] = ['differs', 'content-missing', 'unknown-algorithm', 'matches'];

export const isSignature = ({ uri, local }: XmlElement): boolean => uri === dsUri && local === 'Signature';

function isInSignature(element: XmlElement): boolean {
	for (let above: XmlElement | undefined = element; above !== undefined; above = above.parent)
		if (isSignature(above)) return true;
	return false;
}

const omissions: Readonly<Record<Transforms['leavesOut'], (signature: XmlElement) => Omission | undefined>> = {
	nothing: () => undefined,
	'own-signature': (signature) => (element) => element === signature,
	'all-signatures': () => isSignature,
};

const decodeBase64 = (text: Uint8Array): Uint8Array => Buffer.from(Buffer.from(text).toString('latin1'), 'base64');
