/** Character classes of PDF syntax (ISO 32000-2, 7.2.3). */

const WHITE_SPACE = 1;
const DELIMITER = 2;

const CLASSES = new Uint8Array(256);
for (const byte of [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]) CLASSES[byte] = WHITE_SPACE;
for (const byte of Buffer.from('()<>[]{}/%')) CLASSES[byte] = DELIMITER;

/** NUL, tab, line feed, form feed, carriage return, space. */
export function isWhiteSpace(byte: number): boolean {
	return CLASSES[byte] === WHITE_SPACE;
}

/** Neither white space nor a delimiter: may be part of a name, a number or a keyword. */
export function isRegular(byte: number): boolean {
	return byte >= 0 && CLASSES[byte] === 0;
}

export function isDigit(byte: number): boolean {
	return byte >= 0x30 && byte <= 0x39;
}

/** 0 to 15, or -1 when the byte is no hexadecimal digit. */
export function hexDigit(byte: number): number {
	if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
	const lower = byte | 0x20;
	return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
