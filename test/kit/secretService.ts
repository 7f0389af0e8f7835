/** A Secret Service of its own: gnome-keyring on a session bus that nobody else is on. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export class SecretService implements AsyncDisposable {
	/** For whoever is to find it. */
	readonly environment: { readonly DBUS_SESSION_BUS_ADDRESS: string };
	readonly #folder: string;
	readonly #bus: ChildProcess;

	private constructor(address: string, folder: string, bus: ChildProcess) {
		this.environment = { DBUS_SESSION_BUS_ADDRESS: address };
		this.#folder = folder;
		this.#bus = bus;
	}

	/** Whether this machine has what it takes. */
	static get possible(): boolean {
		try {
			execFileSync('gnome-keyring-daemon', ['--version'], { stdio: 'ignore' });
			execFileSync('dbus-daemon', ['--version'], { stdio: 'ignore' });
			return true;
		} catch {
			return false;
		}
	}

	/** Unlocked, and empty. */
	static async start(): Promise<SecretService> {
		const folder = mkdtempSync(join(tmpdir(), 'paraph-keyring-'));
		const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
			stdio: ['ignore', 'pipe', 'ignore'],
		});
		const [address]: string[] = await once(createInterface({ input: bus.stdout }), 'line');
		if (address === undefined) throw new Error('the bus has no address');
		const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: address, HOME: folder, XDG_DATA_HOME: folder };
		// It goes on in the background when it is ready, and ends with the bus.
		execFileSync('gnome-keyring-daemon', ['--unlock', '--components=secrets'], {
			input: 'hemmelig',
			stdio: ['pipe', 'ignore', 'ignore'],
			env: { ...env, XDG_RUNTIME_DIR: folder },
		});
		return new SecretService(address, folder, bus);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		const ended = once(this.#bus, 'exit');
		this.#bus.kill();
		await ended;
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
