import { context, contextPrimitive, type DerElement } from './der.ts';
import { DistinguishedName } from './distinguishedName.ts';

/** A GeneralName (RFC 5280 §4.2.1.6). */
export type GeneralName =
	| { readonly kind: 'email' | 'dns' | 'uri'; readonly value: string }
	| { readonly kind: 'directory'; readonly value: DistinguishedName }
	/** 4 or 16 octets; twice as many, address and mask, in name constraints. */
	| { readonly kind: 'ip'; readonly value: Uint8Array }
	| { readonly kind: 'other'; readonly value: Uint8Array };

/** @throws {DerError} */
export function readGeneralName(element: DerElement): GeneralName {
	switch (element.tag) {
		case contextPrimitive(1):
			return { kind: 'email', value: ascii(element) };
		case contextPrimitive(2):
			return { kind: 'dns', value: ascii(element) };
		case contextPrimitive(6):
			return { kind: 'uri', value: ascii(element) };
		case contextPrimitive(7):
			return { kind: 'ip', value: element.content };
		case context(4):
			return { kind: 'directory', value: new DistinguishedName(element.read().next()) };
		default:
			return { kind: 'other', value: element.raw };
	}
}

/** The members of a GeneralNames under whatever tag holds them. @throws {DerError} */
export const readGeneralNames = (element: DerElement): GeneralName[] => [...element.read().rest()].map(readGeneralName);

const ascii = (element: DerElement): string => {
	const content = element.content;
	return Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
};
