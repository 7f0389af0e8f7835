/** An HSM across a socket: p11-kit's server in front of a module, and its client as the module that reaches it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const client = '/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so';
const program = '/usr/bin/p11-kit';

export class RemoteHsm implements AsyncDisposable {
	readonly #provider: string;
	readonly #token: string;
	readonly #environment: Readonly<Record<string, string>>;
	readonly #folder = mkdtempSync(join(tmpdir(), 'paraph-p11-'));
	#server: ChildProcess | undefined;

	/** Why there is none to be had on this machine; undefined where there is. */
	static get missing(): string | undefined {
		return existsSync(client) && existsSync(program) ? undefined : 'p11-kit with its client module';
	}

	/**
	 * @param behind the module that it serves, what that needs in its environment, and the label of the token to offer.
	 */
	constructor(behind: {
		readonly provider: string;
		readonly token: string;
		readonly environment: Readonly<Record<string, string>>;
	}) {
		this.#provider = behind.provider;
		this.#token = behind.token;
		this.#environment = behind.environment;
	}

	/** What a process that loads the client must have in its environment. */
	get environment(): { readonly P11_KIT_SERVER_ADDRESS: string } {
		return { P11_KIT_SERVER_ADDRESS: `unix:path=${this.#socket}` };
	}

	/** RFC 7512. */
	uri(object: string): string {
		return `pkcs11:token=${this.#token};object=${object}?module-path=${client}`;
	}

	get #socket(): string {
		return join(this.#folder, 'socket');
	}

	async start(): Promise<void> {
		const args = ['server', '--foreground', '--name', this.#socket, '--provider', this.#provider];
		this.#server = spawn(program, [...args, `pkcs11:token=${this.#token}`], {
			env: { ...process.env, ...this.#environment },
			stdio: 'ignore',
			detached: true,
		});
		for (let i = 0; i < 100 && !existsSync(this.#socket); i++) await wait(50);
	}

	/** Breaks every connection. With its group: it serves each in a process of its own. */
	async stop(): Promise<void> {
		const { pid } = this.#server ?? {};
		this.#server = undefined;
		if (pid === undefined) return;
		process.kill(-pid, 'SIGKILL');
		await wait(200);
		rmSync(this.#socket, { force: true });
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
