import type { Io } from './command.ts';

/** Where a command says what happened: one JSON object a line, or text for people. Progress and hints go to stderr. */
export class Output {
	readonly #io: Io;
	readonly json: boolean;
	#barShown = false;

	constructor(io: Io, json: boolean) {
		this.#io = io;
		this.json = json;
	}

	/** One result: the object with `--json`, else the text. */
	result(value: object, text: string): void {
		this.#clearBar();
		this.#io.stdout.write(this.json ? `${JSON.stringify(value)}\n` : `${text}\n`);
	}

	/** Something to know that is no result. */
	hint(text: string): void {
		this.#clearBar();
		this.#io.stderr.write(`${text}\n`);
	}

	/** A bar on a terminal, when there is more than one thing to do. */
	progress(done: number, total: number, what: string): void {
		if (total < 2 || !this.#io.stderr.isTTY) return;
		const width = 30;
		const filled = Math.round((width * done) / total);
		const bar = `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
		const room = Math.max(0, (this.#io.stderr.columns ?? 80) - width - 20);
		this.#io.stderr.write(`\r\u001b[K${bar} ${done}/${total} ${what.slice(-room)}`);
		this.#barShown = true;
		if (done === total) this.#clearBar();
	}

	#clearBar(): void {
		if (!this.#barShown) return;
		this.#io.stderr.write('\r\u001b[K');
		this.#barShown = false;
	}
}
