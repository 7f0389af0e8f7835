/** Readers, tokens, and the certificates in them. */

import type { TokenId } from './identifiers.ts';
import type { KeptKey } from './keys.ts';
import type { Failure } from './replies.ts';
import type { Identity, PinFacts } from './signing.ts';

export interface TokenCard {
	readonly id: TokenId;
	/** Null: a reader without a card, or a token on which nothing was ever put. */
	readonly label: string | null;
	/** A token is there, and was never initialised (SoftHSM always shows one). */
	readonly blank: boolean;
	readonly reader: string;
	readonly manufacturer: string | null;
	readonly model: string | null;
	readonly serial: string | null;
	readonly pin: PinFacts;
	readonly identities: readonly Identity[];
	/** Why what is in the reader cannot be asked. */
	readonly failure: Failure | null;
}

/** A driver, and what is in its readers. */
export interface ModuleCard {
	/** File name of the driver. */
	readonly name: string;
	readonly description: string | null;
	readonly version: string | null;
	readonly tokens: readonly TokenCard[];
	/** Why it cannot be used. */
	readonly failure: Failure | null;
}

export interface TokenOverview {
	readonly modules: readonly ModuleCard[];
	/** What one can sign with besides. */
	readonly kept: readonly KeptKey[];
	/** In plain codes with a remedy, when something is missing. */
	readonly diagnosis: readonly { readonly code: string; readonly message: string; readonly hint: string }[];
}
