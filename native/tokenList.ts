/** What tokens there are, and which of their certificates can sign: asked without a PIN. */
import { systemClock } from '../core/ports/clock.ts';
import { TokenError } from '../core/ports/tokenError.ts';
import type { TokenView } from './credentialChoice.ts';
import { type CredentialRules, credentialsOf, defaultMinimumRsaBits } from './credentials.ts';
import { TokenFlag } from './cryptoki.ts';
import { type DriverOptions, modulesOf, startModule } from './driverOptions.ts';
import { libraryName } from './modules/discovery.ts';
import { tokenError } from './modules/moduleFault.ts';
import type { ModulePort } from './modules/modulePort.ts';
import type { ModuleInfo, SlotSnapshot, TokenSnapshot } from './modules/protocol.ts';
import { isInitialized, isOccupied, isSameToken, type OccupiedSlot } from './tokenFacts.ts';

/** A module with its slots, or why it could not be asked. */
export interface ModuleListing {
	readonly path: string;
	readonly info: ModuleInfo | undefined;
	readonly slots: readonly SlotListing[];
	readonly error: TokenError | undefined;
}

/** A reader, and what is in it. */
export type SlotListing =
	| { readonly state: 'empty'; readonly slot: SlotSnapshot }
	/** A token that was never initialised: nothing is on it. SoftHSM always shows one. */
	| { readonly state: 'blank'; readonly slot: OccupiedSlot }
	| { readonly state: 'failed'; readonly slot: SlotSnapshot; readonly error: TokenError }
	| ({ readonly state: 'present' } & TokenView);

/**
 * Looks into every module, each in a process of its own, all at the same time. A module that fails is an entry with
 * its error; the others are listed all the same.
 */
export async function listTokens(
	options: DriverOptions & { readonly signal?: AbortSignal; readonly now?: Date } = {},
): Promise<ModuleListing[]> {
	const listings = await Promise.all(modulesOf(options).map((path) => listModule(path, options)));
	return listings.map((listing) => (isProxy(listing.path) ? beyond(listings, listing) : listing));
}

/** p11-kit's proxy shows every module again; only what no other shows is worth a line. */
const isProxy = (path: string): boolean => libraryName(path) === 'p11-kit-proxy';

function beyond(all: readonly ModuleListing[], proxy: ModuleListing): ModuleListing {
	const others = all.filter(({ path }) => !isProxy(path)).flatMap(({ slots }) => slots);
	const isElsewhere = (token: TokenSnapshot): boolean =>
		others.some(({ slot }) => slot.token !== undefined && isSameToken(slot.token, token));
	const slots = proxy.slots.filter(
		({ state, slot: { token } }) =>
			state === 'present' && token !== undefined && !isTrustStore(token) && !isElsewhere(token),
	);
	return { ...proxy, slots };
}

const isTrustStore = ({ model }: TokenSnapshot): boolean => model === 'p11-kit-trust';

async function listModule(
	path: string,
	options: DriverOptions & { readonly signal?: AbortSignal; readonly now?: Date },
): Promise<ModuleListing> {
	let port: ModulePort | undefined;
	try {
		port = await startModule(path, options, options.signal);
		const rules = { now: options.now ?? systemClock.now(), minimumRsaBits: defaultMinimumRsaBits };
		return { path, info: port.info, slots: await listSlots(port, rules, options.signal), error: undefined };
	} catch (error) {
		if (!(error instanceof TokenError)) throw error;
		return { path, info: port?.info, slots: [], error };
	} finally {
		await port?.close();
	}
}

/** The slots of a module that runs already. */
export async function listSlots(
	port: ModulePort,
	rules: CredentialRules,
	signal?: AbortSignal,
): Promise<SlotListing[]> {
	const slots = await port.call('slots', {}, port.info.path, { signal });
	const listings: SlotListing[] = [];
	for (const slot of slots) listings.push(await listSlot(port, slot, rules, signal));
	return listings;
}

async function listSlot(
	port: ModulePort,
	slot: SlotSnapshot,
	rules: CredentialRules,
	signal: AbortSignal | undefined,
): Promise<SlotListing> {
	if (slot.fault !== undefined)
		return { state: 'failed', slot, error: tokenError(slot.fault, 'slots', slot.description) };
	if (!isOccupied(slot)) return { state: 'empty', slot };
	if (!isInitialized(slot)) return { state: 'blank', slot };
	try {
		return { state: 'present', ...(await viewToken(port, slot, rules, false, signal)) };
	} catch (error) {
		if (!(error instanceof TokenError) || !port.alive) throw error;
		return { state: 'failed', slot, error };
	}
}

/** Reads what the token shows at this moment. */
export async function viewToken(
	port: ModulePort,
	slot: OccupiedSlot,
	rules: CredentialRules,
	loggedIn: boolean,
	signal: AbortSignal | undefined,
): Promise<TokenView> {
	const objects = await port.call('objects', { slot: slot.id }, slot.token.label, { signal });
	const partial = !loggedIn && (slot.token.flags & TokenFlag.loginRequired) !== 0;
	return { slot, objects, credentials: credentialsOf(objects, !partial, rules), partial };
}
