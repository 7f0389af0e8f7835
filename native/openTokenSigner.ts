/** From an RFC 7512 URI to a {@link TokenSigner}: the one way to a key in a token. */
import { systemClock } from '../core/ports/clock.ts';
import { TokenError } from '../core/ports/tokenError.ts';
import { type Choice, chooseCredential, severalTokens, type TokenView } from './credentialChoice.ts';
import { type CredentialRules, defaultMinimumRsaBits } from './credentials.ts';
import { type DriverOptions, modulesOf, startModule } from './driverOptions.ts';
import { modulesFor } from './modules/discovery.ts';
import { tokenError } from './modules/moduleFault.ts';
import type { ModulePort } from './modules/modulePort.ts';
import type { PinProvider } from './pin.ts';
import { formatPkcs11Uri, type Pkcs11Uri, parsePkcs11Uri } from './pkcs11Uri.ts';
import {
	isInitialized,
	isOccupied,
	isSameToken,
	moduleMatches,
	type OccupiedSlot,
	tokenMatches,
	tokenUri,
} from './tokenFacts.ts';
import { viewToken } from './tokenList.ts';
import { removed, TokenSession } from './tokenSession.ts';
import { TokenSigner } from './tokenSigner.ts';

export interface TokenSignerOptions extends DriverOptions {
	/** RFC 7512, or one parsed already. */
	readonly uri: string | Pkcs11Uri;
	/** Asked when the PIN is needed: on some tokens while the key is looked for, otherwise at the first signature. */
	readonly pin?: PinProvider | undefined;
	/** How many processes sign at the same time, for an HSM or a soft token; a card has one. Default 1. */
	readonly processes?: number | undefined;
	/** Milliseconds for which signatures wait until a token that was taken out is put back. Default {@link defaultPatience}. */
	readonly patience?: number | undefined;
	/** Told when this waiting begins, and when it has ended: whoever took the token out should know. */
	readonly onAbsent?: ((token: string, isAbsent: boolean) => void) | undefined;
	/** RSA keys with fewer bits are refused. */
	readonly minimumRsaBits?: number | undefined;
	/** When the certificate must be valid. Default: now. */
	readonly now?: Date | undefined;
	readonly signal?: AbortSignal | undefined;
}

/** Long enough to find the card that fell on the floor. */
const defaultPatience = 30_000;

interface OpenView extends TokenView {
	readonly port: ModulePort;
}

/**
 * Finds the token, its certificate and its key, starting the process of each module that the URI allows.
 *
 * The caller must `close` the signer after the file or the batch: that logs out and ends the processes.
 *
 * @throws {TokenError} `token-uri-invalid`, `module-…`, and `token-not-found`, `token-ambiguous`, `key-not-found`,
 * `key-ambiguous`, `key-cannot-sign`, `certificate-not-found` with what is there as `candidates`.
 */
export async function openTokenSigner(options: TokenSignerOptions): Promise<TokenSigner> {
	const uri = typeof options.uri === 'string' ? parsePkcs11Uri(options.uri) : options.uri;
	const rules = {
		now: options.now ?? systemClock.now(),
		minimumRsaBits: options.minimumRsaBits ?? defaultMinimumRsaBits,
	};
	const ports = await startAll(modulesFor(uri, modulesOf(options), options.modulesOnly), options);
	try {
		const views = await matchingTokens(uri, ports, rules, options.signal);
		const chosen = await findCredential(uri, views, rules, options);
		await Promise.all(ports.filter((port) => port !== chosen.view.port).map((port) => port.close()));
		return build(chosen, options);
	} catch (error) {
		await Promise.all(ports.map((port) => port.close()));
		throw error;
	}
}

/** All at once. One that fails matters only where it is the only one. */
async function startAll(paths: readonly string[], options: TokenSignerOptions): Promise<ModulePort[]> {
	const results = await Promise.allSettled(paths.map((path) => startModule(path, options, options.signal)));
	const ports = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
	if (ports.length > 0) return ports;
	const [failure] = results;
	if (failure?.status === 'rejected') throw failure.reason;
	throw new TokenError('module-missing', 'No driver for cards or tokens was found on this machine.', {
		hint: "Install the token's driver (OpenSC fits many cards), or name it: ?module-path=/path/to/module.so",
	});
}

async function matchingTokens(
	uri: Pkcs11Uri,
	ports: readonly ModulePort[],
	rules: CredentialRules,
	signal: AbortSignal | undefined,
): Promise<OpenView[]> {
	const asked = await Promise.all(ports.map((port) => occupiedSlots(port, signal)));
	const present = asked.flatMap(({ occupied }) => occupied);
	const [held] = asked.flatMap(({ busy }) => busy);
	const wanted = present.filter(({ port, slot }) => moduleMatches(uri, port.info) && tokenMatches(uri, slot));
	if (wanted.length === 0) throw held ?? noToken(uri, present);
	// The same token through two drivers is one; the first that was named has it.
	const distinct = wanted.filter(
		({ port, slot }, index) =>
			!wanted.slice(0, index).some((other) => other.port !== port && isSameToken(other.slot.token, slot.token)),
	);
	return Promise.all(
		distinct.map(async ({ port, slot }) => ({ port, ...(await viewToken(port, slot, rules, false, signal)) })),
	);
}

interface AskedSlots {
	readonly occupied: readonly { readonly port: ModulePort; readonly slot: OccupiedSlot }[];
	/** Of readers that another program has for itself. */
	readonly busy: readonly TokenError[];
}

/** A token that was never initialised has nothing to sign with. */
async function occupiedSlots(port: ModulePort, signal: AbortSignal | undefined): Promise<AskedSlots> {
	const slots = await port.call('slots', {}, port.info.path, { signal });
	const occupied = slots
		.filter(isOccupied)
		.filter(isInitialized)
		.map((slot) => ({ port, slot }));
	const faults = slots.flatMap(({ fault, description }) => (fault ? [tokenError(fault, 'slots', description)] : []));
	return { occupied, busy: faults.filter(({ code }) => code === 'token-busy') };
}

/** Without the PIN where that is enough. */
async function findCredential(
	uri: Pkcs11Uri,
	views: readonly OpenView[],
	rules: CredentialRules,
	options: TokenSignerOptions,
): Promise<Choice<OpenView> & { readonly session: TokenSession }> {
	const choice = chooseCredential(uri, views);
	if (choice !== undefined) return { ...choice, session: new TokenSession(choice.view.port, choice.view.slot) };
	const [view] = views.filter(({ partial }) => partial);
	if (view === undefined) throw severalTokens(views);
	const session = new TokenSession(view.port, view.slot);
	await session.login(await session.askPin(options.pin, 'login'), options.signal);
	const whole = { port: view.port, ...(await viewToken(view.port, view.slot, rules, true, options.signal)) };
	const found = chooseCredential(uri, [whole]);
	if (found === undefined) throw new TypeError('a token that was looked at whole shows no more');
	return { ...found, session };
}

function build(
	{ view, credential, session }: Choice<OpenView> & { readonly session: TokenSession },
	options: TokenSignerOptions,
): TokenSigner {
	const chain = view.credentials
		.filter(({ certificate }) => certificate.isCa)
		.map(({ certificate }) => certificate.raw);
	const { pin, processes = 1, patience = defaultPatience, onAbsent } = options;
	const open = (signal?: AbortSignal): Promise<TokenSession> => reopen(view, options, signal);
	return new TokenSigner({ credential, chain, pin, processes, first: session, open, patience, onAbsent });
}

/** Another process for the same token, which may have come back in another slot. */
async function reopen(
	{ port, slot: { token, id } }: OpenView,
	options: TokenSignerOptions,
	signal: AbortSignal | undefined,
): Promise<TokenSession> {
	const { path } = port.info;
	const again = await startModule(path, options, signal);
	try {
		const { occupied } = await occupiedSlots(again, signal);
		const same = occupied.filter(({ slot }) => isSameToken(slot.token, token) || isAtItsPlace(slot, token, id));
		const found = same.find(({ slot }) => slot.id === id) ?? same[0];
		if (found !== undefined) return new TokenSession(again, found.slot);
		throw removed(token.label);
	} catch (error) {
		await again.close();
		throw error;
	}
}

/** For tokens without a serial number. */
const isAtItsPlace = (slot: OccupiedSlot, { label, model }: OccupiedSlot['token'], id: number): boolean =>
	slot.id === id && slot.token.label === label && slot.token.model === model;

function noToken(
	uri: Pkcs11Uri,
	present: readonly { readonly port: ModulePort; readonly slot: OccupiedSlot }[],
): TokenError {
	const candidates = present.map(({ port, slot }) => tokenUri(port.info.path, slot));
	const hint =
		candidates.length > 0
			? `There is: ${candidates.join(', ')}`
			: 'No token is there: insert the card, and check that its reader is connected.';
	return new TokenError('token-not-found', `No token fits '${formatPkcs11Uri(uri)}'.`, { hint, candidates });
}
