import type { AnswerOf, ArgumentOf, Facade, requests } from '../../preload/contract.ts';

/** One function for each verb of a facade, taking the argument after it was checked. */
export type FacadeHandlers<F extends Facade> = {
	readonly [V in keyof (typeof requests)[F]]: (argument: ArgumentOf<F, V>) => Promise<AnswerOf<F, V>>;
};

/** Every facade of the contract: a verb without a handler, or one too many, does not compile. */
export type Handlers = { readonly [F in Facade]: FacadeHandlers<F> };
