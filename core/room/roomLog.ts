import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { RoomError } from './roomError.ts';
import { record } from './written.ts';

export interface LogEntry {
	readonly seq: number;
	readonly at: string;
	readonly event: string;
	readonly previous: string | null;
	readonly hash: string;
	readonly [detail: string]: unknown;
}

/** A kind of event, and what there is to say of it. */
export type Happening = readonly [event: string, detail: Readonly<Record<string, unknown>>];

/**
 * What happened in a room: one JSON object a line, each with the hash of the one before it and its own.
 *
 * The hash is SHA-256 over the entry without it, as JSON with sorted keys.
 */
export class RoomLog {
	readonly #path: string;

	constructor(path: string) {
		this.#path = path;
	}

	/** Adds entries and flushes them. @throws {RoomError} `log-broken`; nothing is built on a broken chain. */
	append(at: Date, ...happenings: readonly Happening[]): void {
		let last = this.entries().at(-1);
		const lines = happenings.map(([event, detail]) => {
			const entry = {
				...detail,
				seq: (last?.seq ?? 0) + 1,
				at: at.toISOString(),
				event,
				previous: last?.hash ?? null,
			};
			last = { ...entry, hash: hashOf(entry) };
			return `${canonical(last)}\n`;
		});
		const file = openSync(this.#path, 'a', 0o600);
		try {
			writeFileSync(file, lines.join(''));
			fsyncSync(file);
		} finally {
			closeSync(file);
		}
	}

	/** Every entry, the chain verified. @throws {RoomError} `log-broken` naming the first break. */
	entries(): readonly LogEntry[] {
		return existsSync(this.#path) ? readLog(this.bytes(), this.#path) : [];
	}

	bytes(): Uint8Array {
		return readFileSync(this.#path);
	}
}

/** @throws {RoomError} `log-broken` */
export function readLog(bytes: Uint8Array, subject: string): readonly LogEntry[] {
	const lines = Buffer.from(bytes).toString('utf8').split('\n');
	const broken = (line: number): RoomError =>
		new RoomError('log-broken', `${subject} does not hold together at line ${line}`, { subject });
	if (lines.pop() !== '') throw broken(lines.length + 1);
	let previous: string | null = null;
	return lines.map((line, index) => {
		const entry = parse(line);
		if (!entry || entry.seq !== index + 1 || entry.previous !== previous || canonical(entry) !== line)
			throw broken(index + 1);
		const { hash, ...rest } = entry;
		if (hashOf(rest) !== hash) throw broken(index + 1);
		previous = hash;
		return entry;
	});
}

function parse(line: string): LogEntry | undefined {
	try {
		const entry = record(JSON.parse(line));
		const { seq, at, event, previous, hash } = entry;
		if (typeof seq !== 'number' || typeof at !== 'string' || typeof event !== 'string' || typeof hash !== 'string')
			return undefined;
		if (previous !== null && typeof previous !== 'string') return undefined;
		return { ...entry, seq, at, event, previous, hash };
	} catch {
		return undefined;
	}
}

const hashOf = (entry: object): string => createHash('sha256').update(canonical(entry)).digest('hex');

/** JSON with sorted keys at every depth. */
function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const members = Object.entries(value)
		.filter(([, member]) => member !== undefined)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`);
	return `{${members.join(',')}}`;
}
