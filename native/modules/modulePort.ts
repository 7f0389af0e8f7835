/** Paraph's end of a module's process: typed calls, a time-out for each kind, and a typed error for each way to fail. */
import { TokenError } from '../../core/ports/tokenError.ts';
import { checkLibrary } from './libraryFile.ts';
import { crashed, timedOut, tokenError } from './moduleFault.ts';
import type { ChildProcessChannel, ProcessLauncher } from './processLauncher.ts';
import type { ModuleCallKind, ModuleCalls, ModuleInfo, ModuleRequest, ModuleResponse } from './protocol.ts';

/** Milliseconds for each kind of call; `person` for those in which somebody types at the reader or in the driver's dialogue. */
export type CallTimeouts = Readonly<Record<ModuleCallKind | 'person', number>>;

/** A person at a PIN pad takes half a minute and may be slow; a library that loads must not. */
export const defaultTimeouts: CallTimeouts = {
	load: 15_000,
	slots: 15_000,
	presence: 15_000,
	objects: 30_000,
	login: 30_000,
	sign: 30_000,
	changePin: 30_000,
	unblock: 30_000,
	secretKey: 30_000,
	aesGcm: 15_000,
	close: 2_000,
	person: 120_000,
};

export interface CallOptions {
	/** Aborting it ends the process, since a call of a driver cannot be interrupted otherwise. */
	readonly signal?: AbortSignal | undefined;
	/** Whether the call waits for a person. */
	readonly person?: boolean | undefined;
}

export interface ModuleOptions {
	/** The PKCS#11 library. */
	readonly path: string;
	readonly launcher: ProcessLauncher;
	/** What the process inherits: of {@link driverEnvironment}. */
	readonly environment: Readonly<Record<string, string>>;
	readonly timeouts?: Partial<CallTimeouts> | undefined;
}

interface PendingCall {
	readonly id: number;
	readonly kind: ModuleCallKind;
	/** Shown in errors. */
	readonly subject: string;
	readonly timeout: number;
	settle(answer: unknown): void;
	fail(error: unknown): void;
}

/**
 * A running process with its module loaded. Calls are answered one after another, in the order made; each time-out
 * counts from when the call before it was answered. After a crash or a time-out the process is gone, whatever was
 * waiting has failed, and so does every further call: start another.
 */
export class ModulePort {
	readonly #path: string;
	readonly #timeouts: CallTimeouts;
	readonly #channel: ChildProcessChannel;
	readonly #pending: PendingCall[] = [];
	readonly #exited: Promise<void>;
	#timer: NodeJS.Timeout | undefined;
	#nextId = 1;
	#end: unknown;
	#info: ModuleInfo | undefined;

	/**
	 * Starts the process and loads the module in it.
	 *
	 * @throws {TokenError} `module-missing`, `module-architecture`, `module-broken`, `module-crashed`, `module-timeout`.
	 */
	static async start(options: ModuleOptions, signal?: AbortSignal): Promise<ModulePort> {
		checkLibrary(options.path);
		const port = new ModulePort(options);
		try {
			port.#info = await port.call('load', { path: options.path }, options.path, { signal });
			return port;
		} catch (error) {
			port.#kill(error);
			throw error;
		}
	}

	private constructor({ path, launcher, environment, timeouts }: ModuleOptions) {
		this.#path = path;
		this.#timeouts = { ...defaultTimeouts, ...timeouts };
		this.#channel = launcher(environment);
		this.#channel.onMessage((message) => this.#received(message));
		this.#exited = new Promise((resolve) => {
			this.#channel.onExit((code, signal) => {
				const first = this.#pending[0]?.kind ?? 'close';
				this.#fail(crashed(path, first, code, signal));
				resolve();
			});
		});
	}

	get info(): ModuleInfo {
		if (this.#info === undefined) throw new TypeError('the module is not loaded yet');
		return this.#info;
	}

	/** Whether calls can still be made. */
	get alive(): boolean {
		return this.#end === undefined;
	}

	/**
	 * @param subject what an error names: the token's label.
	 * @throws {TokenError}
	 */
	call<K extends ModuleCallKind>(
		kind: K,
		args: ModuleCalls[K]['arguments'],
		subject: string,
		{ signal, person = false }: CallOptions = {},
	): Promise<ModuleCalls[K]['answer']> {
		return new Promise((resolve, reject) => {
			if (this.#end !== undefined) return reject(this.#end);
			if (signal?.aborted) return reject(signal.reason);
			const id = this.#nextId++;
			const onAbort = (): void => this.#kill(signal?.reason);
			signal?.addEventListener('abort', onAbort, { once: true });
			const done = (): void => signal?.removeEventListener('abort', onAbort);
			this.#pending.push({
				id,
				kind,
				subject,
				timeout: this.#timeouts[person ? 'person' : kind],
				// The answer to a request has the type its kind says: both ends share `ModuleCalls`.
				settle: (answer) => {
					done();
					resolve(answer as ModuleCalls[K]['answer']);
				},
				fail: (error) => {
					done();
					reject(error);
				},
			});
			if (this.#pending.length === 1) this.#arm();
			this.#channel.post({ id, call: kind, arguments: args } as ModuleRequest);
		});
	}

	/** Logs out and ends the process, which takes the PIN with it; by force when the driver does not answer. */
	async close(): Promise<void> {
		if (this.alive) {
			await this.call('close', {}, this.#path).catch(() => {});
			this.#kill(closed(this.#path));
		}
		await this.#exited;
	}

	#received(message: unknown): void {
		const response = message as ModuleResponse;
		const call = this.#pending[0];
		if (call === undefined || call.id !== response.id) return;
		this.#pending.shift();
		this.#arm();
		if ('fault' in response) call.fail(tokenError(response.fault, call.kind, call.subject));
		else call.settle(response.answer);
	}

	#arm(): void {
		clearTimeout(this.#timer);
		const call = this.#pending[0];
		if (call === undefined) return;
		this.#timer = setTimeout(() => this.#kill(timedOut(this.#path, call.kind, call.timeout)), call.timeout);
	}

	#kill(reason: unknown): void {
		this.#fail(reason);
		this.#channel.kill();
	}

	#fail(reason: unknown): void {
		clearTimeout(this.#timer);
		this.#end ??= reason;
		for (const call of this.#pending.splice(0)) call.fail(this.#end);
	}
}

const closed = (path: string): TokenError =>
	new TokenError('token-failed', `The driver ${path} was closed already.`, {
		hint: 'Open the token again.',
		subject: path,
	});
