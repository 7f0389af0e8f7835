import { type DerElement, type DerReader, readDer, Tag } from '../pki/der.ts';
import { oid, sequence, setOf } from '../pki/derWriter.ts';

/** One attribute: its type and the DER of each value. */
export interface Attribute {
	readonly type: string;
	readonly values: readonly Uint8Array[];
}

/** The attributes of a SignerInfo, in the order they were written. */
export class Attributes {
	readonly all: readonly Attribute[];

	constructor(all: readonly Attribute[]) {
		this.all = all;
	}

	/** Reads the content of a `SET OF Attribute` (RFC 5652 §5.3). */
	static read(reader: DerReader): Attributes {
		const all: Attribute[] = [];
		for (const element of reader.rest()) {
			const attribute = element.read(Tag.sequence);
			const type = attribute.next().oid();
			const values = [...attribute.next(Tag.set).read().rest()].map((value) => value.raw);
			attribute.end();
			all.push({ type, values });
		}
		return new Attributes(all);
	}

	has(type: string): boolean {
		return this.all.some((attribute) => attribute.type === type);
	}

	/** Each value of each attribute of this type. */
	values(type: string): readonly Uint8Array[] {
		return this.all.filter((attribute) => attribute.type === type).flatMap((attribute) => attribute.values);
	}

	/**
	 * The value of an attribute that may occur once and have one value (RFC 5652 §11); undefined where it is absent,
	 * `ambiguous` where there is more than one, so that nobody takes the first by chance.
	 */
	single(type: string): DerElement | 'ambiguous' | undefined {
		const values = this.values(type);
		if (values.length > 1) return 'ambiguous';
		const [value] = values;
		return value === undefined ? undefined : readDer(value);
	}
}

/** DER of one attribute. */
export function encodeAttribute(type: string, ...values: readonly Uint8Array[]): Uint8Array {
	return sequence(oid(type), setOf(values));
}
