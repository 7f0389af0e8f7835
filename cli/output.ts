import type { Io } from './command.ts';

/** Milliseconds: a write of its own for each line would cost a batch a tenth of its speed. */
const LINES_WAIT = 10;

/** Where a command says what happened: one JSON object a line, or text for people. Progress and hints go to stderr. */
export class Output {
	readonly #io: Io;
	readonly json: boolean;
	#barShown = false;
	/** Lines that go out together. */
	#waiting = '';

	constructor(io: Io, json: boolean) {
		this.#io = io;
		this.json = json;
	}

	/** One result: the object with `--json`, else the text. */
	result(value: object, text: string): void {
		this.#clearBar();
		if (this.#waiting === '') setTimeout(() => this.#flush(), LINES_WAIT);
		this.#waiting += this.json ? `${JSON.stringify(value)}\n` : `${text}\n`;
	}

	/** Something to know that is no result. */
	hint(text: string): void {
		this.#clearBar();
		if (this.#waiting !== '') this.#flush();
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

	#flush(): void {
		this.#io.stdout.write(this.#waiting);
		this.#waiting = '';
	}

	#clearBar(): void {
		if (!this.#barShown) return;
		this.#io.stderr.write('\r\u001b[K');
		this.#barShown = false;
	}
}
