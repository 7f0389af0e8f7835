/** The services as the window sees them: asked by name, behind a host that shows nothing. */
import type { Host } from '../../main/host.ts';
import type { Services } from '../../main/services.ts';
import type { AnswerOf, ArgumentOf, Facade, Reply, requests } from '../../preload/contract.ts';

const kinds = {
	electron: { host: 'electron', chooser: 'dialog', canReveal: true, frameUrl: 'http://localhost:1/' },
	loopback: { host: 'loopback', chooser: 'listing', canReveal: false, frameUrl: 'http://localhost:1/' },
} as const satisfies Readonly<Record<string, Host['info']>>;

/** A host where nobody chooses anything, and every copy is kept; put `changes` over it. */
export const quietHost = (kind: keyof typeof kinds, changes: Partial<Host> = {}): Host => ({
	info: kinds[kind],
	tell: () => undefined,
	chooseFiles: async () => [],
	chooseFolder: async () => undefined,
	keepCopy: async (path, name) =>
		kind === 'electron' ? { kind: 'saved', name } : { kind: 'download', name, url: path },
	notify: () => undefined,
	reveal: async () => undefined,
	...changes,
});

/** @param services those of now: tests start them anew. @returns asks, and throws the failure where that is the reply. */
export const asking =
	(services: () => Services) =>
	async <F extends Facade, V extends keyof (typeof requests)[F] & string>(
		verb: `${F}.${V}`,
		argument?: ArgumentOf<F, V>,
	): Promise<AnswerOf<F, V>> => {
		const reply = (await services().dispatch(verb, argument)) as Reply<AnswerOf<F, V>>;
		if (reply.ok) return reply.value;
		throw reply.error;
	};
