import { once } from 'node:events';
import type { Server } from 'node:http';

/** How often another port is tried when one is taken on the second address. */
const TRIES = 20;

/**
 * Listens on the same free port of each loopback address.
 *
 * `localhost` may mean ::1 to a browser. If we held the port on 127.0.0.1 alone, another user of the machine could
 * listen on the other and be given documents. A machine without IPv6 has no such neighbour.
 *
 * @param addresses the first is needed, the others are taken where the machine has them.
 */
export async function listenOnLoopback(
	makeServer: () => Server,
	addresses: readonly [string, ...string[]],
): Promise<readonly [Server, ...Server[]]> {
	const [first, ...others] = addresses;
	for (let tries = 0; tries < TRIES; tries++) {
		const server = await listen(makeServer(), first, 0);
		const address = server.address();
		const port = typeof address === 'object' && address ? address.port : 0;
		try {
			const more: Server[] = [];
			for (const other of others) {
				const neighbour = await listen(makeServer(), other, port).catch(withoutAddress);
				if (neighbour) more.push(neighbour);
			}
			return [server, ...more];
		} catch (error) {
			server.close();
			if (!hasCode(error, 'EADDRINUSE')) throw error;
		}
	}
	throw new Error(`no port is free on ${addresses.join(' and ')}`);
}

async function listen(server: Server, address: string, port: number): Promise<Server> {
	server.listen(port, address);
	await once(server, 'listening');
	return server;
}

function withoutAddress(error: unknown): undefined {
	if (hasCode(error, 'EADDRNOTAVAIL') || hasCode(error, 'EAFNOSUPPORT')) return undefined;
	throw error;
}

function hasCode(error: unknown, code: string): boolean {
	return error instanceof Error && 'code' in error && error.code === code;
}
