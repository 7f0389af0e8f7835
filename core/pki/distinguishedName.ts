import { type DerElement, readDer, Tag } from './der.ts';
import { der, sequence } from './derWriter.ts';

/** One AttributeTypeAndValue. */
export interface NameAttribute {
	/** Dotted decimal. */
	readonly type: string;
	/** The text; `#` and hexadecimal of the DER where it is no text. */
	readonly value: string;
	readonly isText: boolean;
	/** How RFC 5280 §7.1 compares it: with case and space folded where it is a directory string, else the DER. */
	readonly comparable: string;
}

/** Short names that people know; RFC 4514 §3 and what eIDAS certificates carry. */
const shortNames = new Map([
	['2.5.4.3', 'CN'],
	['2.5.4.4', 'SN'],
	['2.5.4.5', 'serialNumber'],
	['2.5.4.6', 'C'],
	['2.5.4.7', 'L'],
	['2.5.4.8', 'ST'],
	['2.5.4.9', 'STREET'],
	['2.5.4.10', 'O'],
	['2.5.4.11', 'OU'],
	['2.5.4.12', 'title'],
	['2.5.4.17', 'postalCode'],
	['2.5.4.42', 'GN'],
	['2.5.4.46', 'dnQualifier'],
	['2.5.4.65', 'pseudonym'],
	['2.5.4.97', 'organizationIdentifier'],
	['0.9.2342.19200300.100.1.1', 'UID'],
	['0.9.2342.19200300.100.1.25', 'DC'],
	['1.2.840.113549.1.9.1', 'E'],
]);

/** Dotted decimal of an attribute that is named so, or by its short name in any case; undefined for a name unknown. */
export function attributeType(name: string): string | undefined {
	if (/^\d+(\.\d+)+$/.test(name)) return name;
	return [...shortNames].find(([, short]) => short.toLowerCase() === name.toLowerCase())?.[0];
}

/** A Name (RFC 5280 §4.1.2.4): what a certificate calls its subject or issuer. */
export class DistinguishedName {
	/** DER. */
	readonly raw: Uint8Array;
	/** In the order of the encoding, most general first; one list for each RelativeDistinguishedName. */
	readonly relativeNames: readonly (readonly NameAttribute[])[];
	#key: string | undefined;

	/** @throws {DerError} */
	constructor(name: Uint8Array | DerElement) {
		const element = name instanceof Uint8Array ? readDer(name) : name;
		this.raw = element.raw;
		this.relativeNames = [...element.read(Tag.sequence).rest()].map((relative) =>
			[...relative.read(Tag.set).rest()].map(readAttribute),
		);
	}

	get isEmpty(): boolean {
		return this.relativeNames.length === 0;
	}

	/** Most specific first, as people read it: `CN=Kari Nordmann, O=Example AS, C=NO`; separators escaped (RFC 4514). */
	get text(): string {
		return this.relativeNames
			.map((relative) =>
				relative
					.map(({ type, value, isText }) => `${shortNames.get(type) ?? type}=${isText ? escapeValue(value) : value}`)
					.join(' + '),
			)
			.reverse()
			.join(', ');
	}

	/** The first value of an attribute (dotted decimal), from the most specific relative name. */
	attribute(type: string): string | undefined {
		for (const relative of this.relativeNames.toReversed())
			for (const attribute of relative) if (attribute.type === type) return attribute.value;
		return undefined;
	}

	get commonName(): string | undefined {
		return this.attribute('2.5.4.3');
	}

	/** What to call the subject in one line: its common name, pseudonym, organisation, or the whole name. */
	get displayName(): string {
		return this.commonName ?? this.attribute('2.5.4.65') ?? this.attribute('2.5.4.10') ?? this.text;
	}

	/** Equal for names that match (RFC 5280 §7.1); fit for the key of a Map. */
	get key(): string {
		this.#key ??= this.relativeNames.map(relativeNameKey).join('\u0001');
		return this.#key;
	}

	matches(other: DistinguishedName): boolean {
		return this === other || Buffer.compare(this.raw, other.raw) === 0 || this.key === other.key;
	}

	/** Whether this name lies in the subtree below `base` (RFC 5280 §4.2.1.10). */
	isWithin(base: DistinguishedName): boolean {
		return (
			base.relativeNames.length <= this.relativeNames.length &&
			base.relativeNames.every(
				(relative, i) => relativeNameKey(relative) === relativeNameKey(this.relativeNames[i] ?? []),
			)
		);
	}
}

/** `relative` (content of a RelativeDistinguishedName) appended to a name, as distribution points do (§4.2.1.13). */
export const appendRelativeName = (base: DistinguishedName, relative: Uint8Array): DistinguishedName =>
	new DistinguishedName(sequence(readDer(base.raw).content, der(Tag.set, relative)));

function readAttribute(element: DerElement): NameAttribute {
	const reader = element.read(Tag.sequence);
	const type = reader.next().oid();
	const value = reader.next();
	reader.end();
	const text = readText(value);
	if (text !== undefined) return { type, value: text, isText: true, comparable: foldText(text) };
	const encoded = `#${hex(value.raw)}`;
	return { type, value: encoded, isText: false, comparable: encoded };
}

function readText(value: DerElement): string | undefined {
	switch (value.tag) {
		case Tag.utf8String:
		case Tag.printableString:
		case Tag.teletexString:
		case Tag.bmpString:
		case Tag.universalString:
		case Tag.ia5String:
		case Tag.numericString:
		case Tag.visibleString:
			return value.string();
		default:
			return undefined;
	}
}

/** RFC 4518 in short: compatibility composition, case folded, runs of space as one, none at the ends. */
const foldText = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();

/** The attributes of a relative name are a set: their order says nothing. */
const relativeNameKey = (relative: readonly NameAttribute[]): string =>
	relative
		.map(({ type, comparable }) => `${type}\u0002${comparable}`)
		.sort()
		.join('\u0003');

/** RFC 4514 §2.4; control characters too, so that a name can never forge a second line. */
const escapeValue = (value: string): string =>
	value
		.replace(/[,+"\\<>;]/g, (character) => `\\${character}`)
		.replace(/^[ #]| $/g, (character) => `\\${character}`)
		// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
		.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) =>
			[...Buffer.from(character, 'utf8')].map((octet) => `\\${octet.toString(16).padStart(2, '0')}`).join(''),
		);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
