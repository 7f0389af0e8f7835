import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { Certificate } from '../../core/pki/certificate.ts';
import type { SignerFacts } from '../../core/ports/signer.ts';
import { TokenError } from '../../core/ports/tokenError.ts';
import { credentialAttributes } from '../../native/credentialChoice.ts';
import { type Credential, holdsKey, problemText } from '../../native/credentials.ts';
import { cardServiceRuns, diagnose } from '../../native/diagnosis.ts';
import type { DriverOptions } from '../../native/driverOptions.ts';
import { formatPkcs11Uri } from '../../native/pkcs11Uri.ts';
import { type OccupiedSlot, pinFacts } from '../../native/tokenFacts.ts';
import { listTokens, type ModuleListing, type SlotListing } from '../../native/tokenList.ts';
import { type TokenListener, TokenWatcher } from '../../native/tokenWatcher.ts';
import type {
	Identity,
	IdentityId,
	ModuleCard,
	PinFacts,
	TokenCard,
	TokenId,
	TokenOverview,
} from '../../preload/contract.ts';
import { certificateSummary } from '../certificateSummary.ts';
import { failureOf } from '../failure.ts';
import { type KeptIdentity, type KeptKeys, unknownIdentity } from '../keys/keptKeys.ts';
import { signerFacts } from '../keys/signerFacts.ts';

/** What an identity's id stands for. */
export type KnownIdentity = KnownTokenIdentity | KeptIdentity;

interface KnownTokenIdentity {
	readonly kind: 'token';
	/** RFC 7512: module, token, certificate. */
	readonly uri: string;
	readonly certificate: Certificate;
	readonly signer: SignerFacts;
}

/** What a token's id stands for. */
export interface KnownToken {
	readonly modulePath: string;
	readonly slot: OccupiedSlot;
}

/**
 * The tokens and certificates the window was shown, by ids that mean nothing elsewhere. The same certificate on the same
 * token keeps its id while the app runs, so that a choice survives a card that was taken out and put back.
 */
export class TokenRegistry {
	readonly #drivers: () => DriverOptions;
	readonly #isTest: (certificate: Certificate, others: readonly Certificate[]) => boolean;
	readonly #listener: TokenListener;
	readonly #ids = new Map<string, string>();
	readonly #identities = new Map<IdentityId, KnownTokenIdentity>();
	readonly #kept: KeptKeys;
	readonly #tokens = new Map<TokenId, KnownToken>();
	#watcher: TokenWatcher | undefined;

	/**
	 * @param drivers asked each time: settings may change.
	 * @param listener told when a card or reader comes or goes, once somebody has looked.
	 * @param kept the keys that are in no token.
	 * @param isTest whether a certificate rests on a test anchor, given the others of its token.
	 */
	constructor(
		drivers: () => DriverOptions,
		listener: TokenListener,
		isTest: (certificate: Certificate, others: readonly Certificate[]) => boolean,
		kept: KeptKeys,
	) {
		this.#kept = kept;
		this.#drivers = drivers;
		this.#listener = listener;
		this.#isTest = isTest;
	}

	/** Asks every driver anew what is there. */
	async list(): Promise<TokenOverview> {
		const drivers = this.#drivers();
		this.#watcher ??= new TokenWatcher(drivers, this.#listener);
		const modules = await listTokens(drivers);
		return {
			modules: modules.map((module) => this.#moduleCard(module)),
			kept: this.#kept.all,
			diagnosis: diagnose(modules, await cardServiceRuns(process.env)),
		};
	}

	async identities(): Promise<readonly Identity[]> {
		const { modules, kept } = await this.list();
		const inTokens = modules.flatMap((module) => module.tokens.flatMap((token) => token.identities));
		return [...inTokens, ...kept.flatMap(({ identities }) => identities)];
	}

	/** @throws {TokenError} `key-not-found` for an id that was never given. */
	identity(id: IdentityId): KnownIdentity {
		const known = this.#identities.get(id) ?? this.#kept.identity(id);
		if (known) return known;
		throw unknownIdentity();
	}

	/** Whether this certificate was seen on a token or is kept here: then its addresses are the person's own. */
	holds(certificate: Certificate): boolean {
		const isSame = (known: KnownTokenIdentity): boolean => known.certificate.equals(certificate);
		return [...this.#identities.values()].some(isSame) || this.#kept.holds(certificate);
	}

	/** @throws {TokenError} `token-not-found` for an id that was never given. */
	token(id: TokenId): KnownToken {
		const known = this.#tokens.get(id);
		if (known) return known;
		throw new TokenError('token-not-found', 'This token is not there any more.', { hint: 'Insert it again.' });
	}

	/** Ends the processes that watch. */
	async close(): Promise<void> {
		await this.#watcher?.close();
	}

	#moduleCard({ path, info, slots, error }: ModuleListing): ModuleCard {
		return {
			name: basename(path),
			description: info ? `${info.manufacturer} ${info.description}`.trim() : null,
			version: info?.version ?? null,
			tokens: slots.map((slot) => this.#tokenCard(path, slot)),
			failure: error ? failureOf(error) : null,
		};
	}

	#tokenCard(path: string, listing: SlotListing): TokenCard {
		const { slot } = listing;
		const token = listing.state === 'present' ? listing.slot.token : undefined;
		// The brand is given here and nowhere else.
		const id = this.#idOf(`${path}\n${token?.serial ?? ''}\n${token?.label ?? ''}\n${slot.id}`) as TokenId;
		const common = {
			id,
			blank: listing.state === 'blank',
			reader: slot.description,
			manufacturer: token?.manufacturer ?? null,
			model: token?.model ?? null,
			serial: token?.serial ?? null,
			failure: listing.state === 'failed' ? failureOf(listing.error) : null,
		};
		if (listing.state !== 'present') return { ...common, label: null, pin: noPin, identities: [] };
		this.#tokens.set(id, { modulePath: path, slot: listing.slot });
		const others = listing.credentials.map(({ certificate }) => certificate);
		return {
			...common,
			label: listing.slot.token.label,
			pin: pinOf(listing.slot, false),
			identities: listing.credentials
				.filter((credential) => !credential.certificate.isCa || holdsKey(credential))
				.map((credential) => ({
					...this.#identity(path, listing.slot, id, credential, others),
					test: this.#isTest(credential.certificate, others),
				})),
		};
	}

	#identity(
		modulePath: string,
		slot: OccupiedSlot,
		token: TokenId,
		credential: Credential,
		others: readonly Certificate[],
	): Omit<Identity, 'test'> {
		const { certificate, key, problems } = credential;
		// The brand is given here and nowhere else.
		const id = this.#idOf(`${modulePath}\n${slot.token.serial}\n${certificate.fingerprint}`) as IdentityId;
		const uri = formatPkcs11Uri({ ...credentialAttributes(slot, credential), slotId: slot.id, modulePath });
		const pin = pinOf(slot, key !== undefined && key !== 'hidden' && key.alwaysAuthenticate);
		const chain = others.filter(({ isCa }) => isCa);
		this.#identities.set(id, { kind: 'token', uri, certificate, signer: signerFacts(certificate, chain, pin) });
		const [problem] = problems;
		return {
			id,
			holder: 'token',
			asks: [],
			token: { id: token, label: slot.token.label },
			certificate: certificateSummary(certificate),
			pin,
			usable: problem ? { ok: false, code: problem, message: problemText(problem, credential) } : { ok: true },
		};
	}

	#idOf(meaning: string): string {
		const known = this.#ids.get(meaning);
		if (known !== undefined) return known;
		const id = randomBytes(16).toString('base64url');
		this.#ids.set(meaning, id);
		return id;
	}
}

function pinOf(slot: OccupiedSlot, perSignature: boolean): PinFacts {
	const { entry, state, minimumLength, maximumLength } = pinFacts(slot.token);
	return {
		entry,
		state,
		// No driver tells a number over PKCS#11, only flags.
		triesLeft: null,
		perSignature,
		minimumLength: minimumLength > 0 ? minimumLength : null,
		maximumLength: maximumLength > 0 && maximumLength < 255 ? maximumLength : null,
	};
}

const noPin: PinFacts = {
	entry: 'none',
	state: 'ok',
	triesLeft: null,
	perSignature: false,
	minimumLength: null,
	maximumLength: null,
};
