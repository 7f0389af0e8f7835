/** Input of the API as strictly as its tables have it: each field known, of its type, and present where it must be. */

/** What the server answers instead (v2 §10.2). */
export class ApiError extends Error {
	readonly status: number;
	readonly error: string;

	constructor(error: string, description: string, status = 400) {
		super(description);
		this.error = error;
		this.status = status;
	}
}

type FieldType = 'string' | 'number' | 'boolean' | 'strings' | 'objects';
/** A `?` at the end: it may be missing. */
export type Fields = Readonly<Record<string, FieldType | `${FieldType}?`>>;

export type Input = Readonly<Record<string, unknown>>;

/** @throws {ApiError} `invalid_request` in the API's words; for a field that it does not know, in ours. */
export function readInput(body: string, fields: Fields): Input {
	let value: unknown;
	try {
		value = JSON.parse(body);
	} catch {
		throw new ApiError('invalid_request', 'The body is not JSON');
	}
	if (typeof value !== 'object' || value === null || Array.isArray(value)) {
		throw new ApiError('invalid_request', 'The body is not an object');
	}
	const input: Input = { ...value };
	for (const name of Object.keys(input)) {
		if (!(name in fields)) throw new ApiError('invalid_request', `Unknown parameter ${name}`);
	}
	for (const [name, rule] of Object.entries(fields)) {
		const type = rule.replace('?', '');
		const given = input[name];
		if (given === undefined && rule.endsWith('?')) continue;
		if (!isOf(type, given)) {
			throw new ApiError('invalid_request', `Missing (or invalid type) ${type} parameter ${name}`);
		}
	}
	return input;
}

function isOf(type: string, value: unknown): boolean {
	const isList = Array.isArray(value);
	if (type === 'strings') return isList && value.every((item) => typeof item === 'string');
	if (type === 'objects') return isList && value.every((item) => typeof item === 'object' && item !== null);
	return typeof value === type;
}

/** Octets of padded base64. @throws {ApiError} */
export function readHash(text: string, length: number): Uint8Array {
	const bytes = Buffer.from(text, 'base64');
	if (bytes.toString('base64') !== text) throw new ApiError('invalid_request', 'Invalid Base64 hash string parameter');
	if (bytes.length !== length) throw new ApiError('invalid_request', 'Invalid digest value length');
	return bytes;
}

/** PIN and code as v1.0.4 §11.6 has them, by id. */
export function factorsV1(input: Input): ReadonlyMap<string, string> {
	const given = new Map<string, string>();
	for (const id of ['PIN', 'OTP']) {
		const value = input[id];
		if (typeof value === 'string') given.set(id, value);
	}
	return given;
}

/** The same as v2 §11.6 has them. @throws {ApiError} */
export function factorsV2(input: Input): ReadonlyMap<string, string> {
	const given = new Map<string, string>();
	const list: readonly unknown[] = Array.isArray(input['authData']) ? input['authData'] : [];
	for (const item of list) {
		const { id, value, ...others }: Input = { ...(typeof item === 'object' ? item : {}) };
		if (typeof id !== 'string' || typeof value !== 'string' || Object.keys(others).length > 0) {
			throw new ApiError('invalid_request', 'Missing (or invalid type) objects parameter authData');
		}
		given.set(id, value);
	}
	return given;
}

/** A list of texts that {@link readInput} has seen; empty where it is missing. */
export const texts = (value: unknown): readonly string[] =>
	Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
