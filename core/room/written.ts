/** Reading JSON that came from elsewhere: what does not have the shape is a {@link TypeError}. */

export function record(value: unknown): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw new TypeError('an object was expected');
	return { ...value };
}

export function list<T>(value: unknown, read: (item: unknown) => T): readonly T[] {
	if (!Array.isArray(value)) throw new TypeError('a list was expected');
	return value.map(read);
}

export function text(value: unknown): string {
	if (typeof value !== 'string') throw new TypeError('a text was expected');
	return value;
}

export function natural(value: unknown): number {
	if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
		throw new TypeError('a number was expected');
	return value;
}

/** SHA-256 in hex. */
export function hash(value: unknown): string {
	const hex = text(value);
	if (!/^[0-9a-f]{64}$/.test(hex)) throw new TypeError('a hash was expected');
	return hex;
}

export function moment(value: unknown): Date {
	const date = new Date(text(value));
	if (Number.isNaN(date.getTime())) throw new TypeError('a time was expected');
	return date;
}

export const bytes = (value: unknown): Uint8Array => Buffer.from(text(value), 'base64');

export const base64 = (value: Uint8Array): string => Buffer.from(value).toString('base64');

export const orNull = <T>(value: unknown, read: (value: unknown) => T): T | null =>
	value === null ? null : read(value);
