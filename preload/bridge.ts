import {
	type Bridge,
	type Events,
	eventNames,
	type Facade,
	type OpenDocument,
	type PickedFile,
	type Reply,
	requests,
} from './contract.ts';

/** What differs between the hosts: how a question gets to the other side and how it is told something. */
export interface Transport {
	/** @param verb `facade.verb`, a name from `requests`. */
	ask(verb: string, argument: unknown): Promise<Reply<unknown>>;
	open(file: File): Promise<Reply<OpenDocument>>;
	addToBatch(file: File): Promise<Reply<null>>;
	pick(file: File): Promise<Reply<PickedFile>>;
	/** @returns ends the subscription. */
	on<Name extends keyof Events>(name: Name, listener: (told: Events[Name]) => void): () => void;
}

/**
 * `window.paraph` over a transport: for each line of the contract one function that can ask that one thing.
 *
 * The object is plain, so that Electron's context bridge can copy it.
 */
export function bridgeOver(transport: Transport): Bridge {
	const facades = Object.entries(requests).map(([facade, verbs]) => [
		facade,
		Object.fromEntries(
			Object.keys(verbs).map((verb) => [verb, (argument?: unknown) => transport.ask(`${facade}.${verb}`, argument)]),
		),
	]);
	return {
		// The entries are those of `requests`, which the type is made from; `Object.fromEntries` cannot know.
		...(Object.fromEntries(facades) as Pick<Bridge, Facade>),
		files: {
			open: (file) => transport.open(file),
			addToBatch: (file) => transport.addToBatch(file),
			pick: (file) => transport.pick(file),
		},
		events: {
			on(name, listener) {
				if (!eventNames.includes(name)) throw new TypeError(`no such event: ${String(name)}`);
				return transport.on(name, listener);
			},
		},
	};
}
