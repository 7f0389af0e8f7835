/** Reads the JSON of a service, which may hold anything. */
import { unreadableAnswer } from './cscError.ts';

/** One JSON object of an answer; what is missing or of another type than asked for is a typed error. */
export class Answer {
	readonly #values: ReadonlyMap<string, unknown>;
	readonly #service: string;
	readonly #method: string;

	constructor(value: unknown, from: { readonly service: string; readonly method: string }) {
		this.#service = from.service;
		this.#method = from.method;
		if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.#unreadable('no JSON object');
		this.#values = new Map(Object.entries(value));
	}

	/** @throws {TokenError} `remote-unreadable`, as all of these. */
	text(name: string): string {
		const value = this.optionalText(name);
		if (value === undefined) throw this.#unreadable(`'${name}' is missing`);
		return value;
	}

	/** Numbers count as texts: services differ about `SCAL` and `presence`. */
	optionalText(name: string): string | undefined {
		const value = this.#get(name);
		if (value === undefined) return undefined;
		if (typeof value === 'string') return value;
		if (typeof value === 'number' || typeof value === 'boolean') return String(value);
		throw this.#unreadable(`'${name}' is no text`);
	}

	optionalNumber(name: string): number | undefined {
		const value = this.#get(name);
		if (value === undefined) return undefined;
		const number = typeof value === 'string' && value !== '' ? Number(value) : value;
		if (typeof number !== 'number' || !Number.isFinite(number)) throw this.#unreadable(`'${name}' is no number`);
		return number;
	}

	/** Empty where it is missing; one text counts as a list of one. */
	texts(name: string): readonly string[] {
		const value = this.#get(name);
		if (value === undefined) return [];
		const list: readonly unknown[] = Array.isArray(value) ? value : [value];
		return list.map((item) => {
			if (typeof item !== 'string') throw this.#unreadable(`'${name}' is no list of texts`);
			return item;
		});
	}

	optionalObject(name: string): Answer | undefined {
		const value = this.#get(name);
		return value === undefined ? undefined : this.#nested(value);
	}

	object(name: string): Answer {
		const value = this.optionalObject(name);
		if (value === undefined) throw this.#unreadable(`'${name}' is missing`);
		return value;
	}

	optionalObjects(name: string): readonly Answer[] | undefined {
		const value = this.#get(name);
		if (value === undefined) return undefined;
		if (!Array.isArray(value)) throw this.#unreadable(`'${name}' is no list`);
		return value.map((item) => this.#nested(item));
	}

	/** §7.1: null and absent mean the same. */
	#get(name: string): unknown {
		return this.#values.get(name) ?? undefined;
	}

	#nested(value: unknown): Answer {
		return new Answer(value, { service: this.#service, method: this.#method });
	}

	#unreadable(what: string): Error {
		return unreadableAnswer(this.#service, this.#method, what);
	}
}
