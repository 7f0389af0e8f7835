/** What the author lets those do who open a document with the user password (ISO 32000-2, Table 22). */
export interface Permissions {
	/** `/P` as a signed 32-bit number. */
	readonly bits: number;
	readonly print: boolean;
	readonly printHighQuality: boolean;
	/** Change the contents otherwise than by the next three. */
	readonly modify: boolean;
	readonly copy: boolean;
	/** Add annotations and fill in fields, signature fields included; with `modify`, create fields. */
	readonly annotate: boolean;
	/** Fill in existing fields, signature fields included, even where `annotate` is not granted. */
	readonly fillForms: boolean;
	readonly assemble: boolean;
}

/** @param revision of the security handler: before 3, the later bits did not exist and follow from the earlier. */
export function permissionsOf(bits: number, revision: number): Permissions {
	const granted = (position: number): boolean => (bits & (1 << (position - 1))) !== 0;
	const later = revision >= 3;
	return {
		bits,
		print: granted(3),
		printHighQuality: granted(3) && (!later || granted(12)),
		modify: granted(4),
		copy: granted(5),
		annotate: granted(6),
		fillForms: later ? granted(9) || granted(6) : granted(6),
		assemble: later ? granted(11) || granted(4) : granted(4),
	};
}

/** Everything: the owner password was given. */
export const EVERYTHING_PERMITTED: Permissions = permissionsOf(-1, 6);
