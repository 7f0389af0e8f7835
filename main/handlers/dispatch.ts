import type { z } from 'zod';
import { type Reply, requests, type Verb } from '../../preload/contract.ts';
import { failureOf, RequestError } from '../failure.ts';
import type { Handlers } from './handlers.ts';

/** Answers one question of the window; never throws. */
export type Dispatch = (verb: string, argument: unknown) => Promise<Reply<unknown>>;

/**
 * The only way from either host to the handlers: looks the verb up in the contract, checks the argument against its
 * schema, and turns whatever happens into a `Reply`.
 */
export function dispatchTo(handlers: Handlers): Dispatch {
	const table = tableOf(handlers);
	return async (name, argument) => {
		try {
			const entry = table.get(name);
			if (!entry) throw new RequestError(`the contract has no verb '${name.slice(0, 80)}'`, 'verb');
			const parsed = entry.verb.argument.safeParse(argument);
			if (!parsed.success) {
				const [issue] = parsed.error.issues;
				throw new RequestError(`${name}: ${issue?.message ?? 'bad argument'}`, issue?.path.join('.') ?? '');
			}
			return { ok: true, value: await entry.handler(parsed.data) };
		} catch (error) {
			return { ok: false, error: failureOf(error) };
		}
	};
}

interface Entry {
	readonly verb: Verb<z.ZodType, unknown>;
	readonly handler: (argument: unknown) => Promise<unknown>;
}

/** A map, not an object: `constructor.name` is then no verb. */
function tableOf(handlers: Handlers): ReadonlyMap<string, Entry> {
	const table = new Map<string, Entry>();
	for (const [facade, verbs] of Object.entries(requests)) {
		for (const [name, verb] of Object.entries(verbs)) {
			const handler = Reflect.get(Reflect.get(handlers, facade), name);
			table.set(`${facade}.${name}`, { verb, handler });
		}
	}
	return table;
}
