/** The ordinary log: JSON lines, without what is secret or personal, a file a day, gone after 90 days. Events are apart. */
import { createWriteStream, mkdirSync, readdirSync, rmSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

const DAY = 86_400_000;

/** What never gets into a line, wherever it stands in what is logged. */
const redacted = [
	'authorization',
	'cookie',
	'*.authorization',
	'*.cookie',
	'req.headers',
	'*.password',
	'*.pin',
	'*.token',
	'*.secret',
	'*.code_verifier',
	'*.email',
	'*.name',
];

/** @param destination where the lines go: {@link DailyFiles}, or standard error. */
export const createLogger = (destination: NodeJS.WritableStream, level: string = 'info'): Logger =>
	pino(
		{
			level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			redact: { paths: redacted, censor: '[redacted]' },
			serializers: {
				// The path without its query: that may hold codes of a login.
				req: (request: { method: string; url: string; id: string }) => ({
					id: request.id,
					method: request.method,
					path: request.url.split('?')[0],
				}),
				res: (reply: { statusCode: number }) => ({ status: reply.statusCode }),
				err: pino.stdSerializers.err,
			},
		},
		destination,
	);

/** Appends to a file a day in a folder, for its owner alone; each new day the files that are too old go. */
export class DailyFiles extends Writable {
	readonly #folder: string;
	readonly #days: number;
	readonly #now: () => Date;
	#day = '';
	#file: WriteStream | undefined;

	/** @param days how long files are kept. */
	constructor(folder: string, days: number, now: () => Date = () => new Date()) {
		super({ decodeStrings: false });
		this.#folder = folder;
		this.#days = days;
		this.#now = now;
		mkdirSync(folder, { recursive: true, mode: 0o700 });
	}

	override _write(chunk: string | Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
		const day = this.#now().toISOString().slice(0, 10);
		if (day !== this.#day || this.#file === undefined) {
			this.#file?.end();
			this.#file = createWriteStream(join(this.#folder, `${day}.log`), { flags: 'a', mode: 0o600 });
			this.#day = day;
			pruneLogs(this.#folder, this.#days, this.#now());
		}
		this.#file.write(chunk, callback);
	}

	override _final(callback: (error?: Error | null) => void): void {
		if (this.#file === undefined) callback();
		else this.#file.end(callback);
	}
}

function pruneLogs(folder: string, days: number, now: Date): void {
	const oldest = new Date(now.getTime() - days * DAY).toISOString().slice(0, 10);
	const old = readdirSync(folder).filter((name) => /^\d{4}-\d\d-\d\d\.log$/.test(name) && name.slice(0, 10) < oldest);
	for (const name of old) rmSync(join(folder, name), { force: true });
}
