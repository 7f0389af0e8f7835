/** Transforms of an XML signature's references (xmldsig-core1 §6.6): those that leave out signatures, and those that end in octets. */
import { canonicalisationOf } from '../../pki/trustedLists/xml/algorithms.ts';
import type { Canonicalisation } from '../../pki/trustedLists/xml/canonicalXml.ts';
import { dsUri } from '../../pki/trustedLists/xml/xmlSignature.ts';
import type { XmlElement } from '../../pki/trustedLists/xml/xmlTree.ts';

export interface Transforms {
	readonly leavesOut: 'nothing' | 'own-signature' | 'all-signatures';
	/** How octets are made of what is left; undefined where nothing is said of that. */
	readonly octets: Canonicalisation | 'base64' | undefined;
}

/** @returns undefined where they are not understood, or more than these. */
export function readTransforms(reference: XmlElement): Transforms | undefined {
	const transforms = reference.all(dsUri, 'Transforms', 'Transform');
	const leavesOut = leftOutBy(transforms[0]);
	const [last, ...more] = leavesOut === 'nothing' ? transforms : transforms.slice(1);
	if (more.length > 0) return undefined;
	if (last === undefined) return { leavesOut, octets: undefined };
	const octets = last.attribute('Algorithm') === `${dsUri}base64` ? 'base64' : canonicalisationOf(last);
	return octets && { leavesOut, octets };
}

const filterUri = 'http://www.w3.org/2002/06/xmldsig-filter2';

function leftOutBy(transform: XmlElement | undefined): Transforms['leavesOut'] {
	switch (transform?.attribute('Algorithm')) {
		case `${dsUri}enveloped-signature`:
			return 'own-signature';
		// Of XPath only what producers write to leave out signatures; anything else is not understood.
		case 'http://www.w3.org/TR/1999/REC-xpath-19991116':
			return isAbout(transform, dsUri, /^not\(ancestor-or-self::([\w.-]+):Signature\)$/) ? 'all-signatures' : 'nothing';
		case filterUri:
			return transform?.first(filterUri, 'XPath')?.attribute('Filter') === 'subtract' &&
				isAbout(transform, filterUri, /^\/descendant::([\w.-]+):Signature$/)
				? 'all-signatures'
				: 'nothing';
		default:
			return 'nothing';
	}
}

/** Whether a transform holds one expression, of this form, whose prefix is that of XML signatures. */
function isAbout(transform: XmlElement | undefined, uri: string, form: RegExp): boolean {
	const [expression, ...more] = transform?.all(uri, 'XPath') ?? [];
	const prefix = form.exec(expression?.text ?? '')?.[1];
	return prefix !== undefined && more.length === 0 && namespaceOf(expression, prefix) === dsUri;
}

function namespaceOf(element: XmlElement | undefined, prefix: string): string | undefined {
	for (let above = element; above !== undefined; above = above.parent) {
		const uri = above.namespaces.get(prefix);
		if (uri !== undefined) return uri;
	}
	return undefined;
}
