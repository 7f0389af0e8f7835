/** Something this machine has once, held by one test process at a time: the virtual reader, say. */
import { createServer, type Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Longer than any test file holds anything. */
const patience = 300_000;

/** Given back when disposed of, or when its process ends, however that comes about. */
export class OnlyHolder implements AsyncDisposable {
	readonly #server: Server;

	private constructor(server: Server) {
		this.#server = server;
	}

	/**
	 * Waits until nobody else holds `name`.
	 *
	 * @throws {Error} after five minutes: then a process of an earlier run hangs.
	 */
	static async of(name: string): Promise<OnlyHolder> {
		for (const start = Date.now(); Date.now() - start < patience; ) {
			const server = await listen(`\0paraph-test-${name}`);
			if (server) return new OnlyHolder(server);
			await wait(100);
		}
		throw new Error(`another process holds ${name}`);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await new Promise((resolve) => this.#server.close(resolve));
	}
}

/** An abstract socket: one listener, no file to clear away. Undefined where somebody listens. */
function listen(path: string): Promise<Server | undefined> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', (error: NodeJS.ErrnoException) =>
			error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
		);
		server.listen(path, () => resolve(server));
		server.unref();
	});
}
