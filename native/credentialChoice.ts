/** Which credential a URI means, among those of the tokens that are there. */
import { TokenError } from '../core/ports/tokenError.ts';
import { type Credential, credentialMatches, holdsKey, isForSignatures, problemText } from './credentials.ts';
import type { TokenObjects } from './modules/protocol.ts';
import { formatPkcs11Uri, type Pkcs11Uri } from './pkcs11Uri.ts';
import { type OccupiedSlot, tokenAttributes } from './tokenFacts.ts';

/** A token that the URI allows, with what it shows. */
export interface TokenView {
	readonly slot: OccupiedSlot;
	readonly objects: TokenObjects;
	readonly credentials: readonly Credential[];
	/** Whether there may be more after the PIN. */
	readonly partial: boolean;
}

export interface Choice<View extends TokenView> {
	readonly view: View;
	readonly credential: Credential;
}

/**
 * Chooses the one credential that the URI means and that can sign. Where several fit, an end entity's comes before an
 * authority's, and the one whose certificate is meant for signatures (contentCommitment) before the others; the same certificate on two tokens, or through two
 * drivers, is the first of them.
 *
 * @returns undefined where none fits yet, but one token shows more after the PIN.
 * @throws {TokenError} `token-ambiguous`, `key-ambiguous`, `key-cannot-sign`, `certificate-not-found`, `key-not-found`,
 * with what is there as candidates.
 */
export function chooseCredential<View extends TokenView>(
	uri: Pkcs11Uri,
	views: readonly View[],
): Choice<View> | undefined {
	const matching = views.flatMap((view) =>
		view.credentials
			.filter((credential) => credentialMatches(uri, credential))
			.map((credential) => ({ view, credential })),
	);
	const usable = distinct(matching.filter(({ credential }) => credential.problems.length === 0));
	const certain = usable.filter(({ credential }) => holdsKey(credential));
	const [best, ...others] = preferred(certain.length > 0 ? certain : usable);
	if (best !== undefined && others.length === 0) return best;
	if (best !== undefined) throw ambiguous(uri, [best, ...others]);
	// What was named is there, and no PIN makes it fit to sign.
	if (matching.length > 0 && (uri.object ?? uri.id) !== undefined) throw cannotSign(matching);
	const partial = views.filter((view) => view.partial);
	if (partial.length === 1) return undefined;
	if (partial.length > 1) throw severalTokens(views);
	throw matching.length > 0 ? cannotSign(matching) : unknown(uri, views);
}

/** Those that issue no certificates, and of these those meant for signatures, where there are any. */
function preferred<C extends Choice<TokenView>>(choices: readonly C[]): readonly C[] {
	const ends = choices.filter(({ credential }) => !credential.certificate.isCa);
	const candidates = ends.length > 0 ? ends : choices;
	const forSignatures = candidates.filter(({ credential }) => isForSignatures(credential));
	return forSignatures.length === 1 ? forSignatures : candidates;
}

function distinct<C extends Choice<TokenView>>(choices: readonly C[]): C[] {
	return choices.filter(
		({ credential }, index) =>
			choices.findIndex((other) => other.credential.certificate.equals(credential.certificate)) === index,
	);
}

function ambiguous(uri: Pkcs11Uri, choices: readonly Choice<TokenView>[]): TokenError {
	const texts = choices.map(({ view, credential }) => candidateText(view, credential));
	// Tokens of the same name and serial number are told apart by where they are.
	const candidates =
		new Set(texts).size === texts.length
			? texts
			: choices.map(({ view, credential }) => candidateText(view, credential, { slotId: view.slot.id }));
	const tokens = new Set(choices.map(({ view }) => view.slot.id)).size;
	return new TokenError(
		tokens > 1 ? 'token-ambiguous' : 'key-ambiguous',
		`'${formatPkcs11Uri(uri)}' fits ${choices.length} certificates that can sign.`,
		{ hint: `Name one of them: ${list(candidates)}`, candidates },
	);
}

/** Several tokens fit, and none shows its keys without the PIN. */
export function severalTokens(views: readonly Pick<TokenView, 'slot'>[]): TokenError {
	const candidates = views.map(({ slot }) => formatPkcs11Uri({ ...tokenAttributes(slot.token), slotId: slot.id }));
	return new TokenError('token-ambiguous', `${views.length} tokens fit.`, {
		hint: `Name one of them: ${list(candidates)}`,
		candidates,
	});
}

function cannotSign(choices: readonly Choice<TokenView>[]): TokenError {
	const [first] = choices;
	const candidates = choices.map(({ view, credential }) => candidateText(view, credential));
	const subject = first?.credential.certificate.subject.displayName ?? '';
	const reasons = first?.credential.problems.map((problem) => problemText(problem, first.credential)) ?? [];
	const others = choices.length > 1 ? ` (and ${choices.length - 1} more that cannot)` : '';
	return new TokenError(
		'key-cannot-sign',
		`The certificate of '${subject}' cannot sign: ${reasons.join('; ')}${others}.`,
		{ hint: '`paraph tokens` lists the certificates that can sign.', subject, candidates },
	);
}

function unknown(uri: Pkcs11Uri, views: readonly TokenView[]): TokenError {
	const candidates = views.flatMap((view) => view.credentials.map((credential) => candidateText(view, credential)));
	const bare = views.flatMap(({ objects }) =>
		objects.privateKeys.filter(
			(key) => (uri.object === undefined || uri.object === key.label) && (uri.id === undefined || uri.id === key.id),
		),
	);
	const there = candidates.length > 0 ? `There is: ${list(candidates)}` : 'There is no certificate on it.';
	const named = `'${formatPkcs11Uri(uri)}'`;
	return bare.length > 0
		? new TokenError('certificate-not-found', `The key that ${named} means has no certificate on the token.`, {
				hint: `Put the certificate on the token, with the CKA_ID of its key. ${there}`,
				candidates,
			})
		: new TokenError('key-not-found', `Nothing on the token fits ${named}.`, { hint: there, candidates });
}

/** The URI that means this credential, whose certificate it is, and why it cannot sign. */
function candidateText({ slot }: TokenView, credential: Credential, place: Pick<Pkcs11Uri, 'slotId'> = {}): string {
	const uri = formatPkcs11Uri({ ...credentialAttributes(slot, credential), ...place });
	const why = credential.problems.map((problem) => problemText(problem, credential)).join('; ');
	return `${uri} (${credential.certificate.subject.displayName}${why === '' ? '' : `: ${why}`})`;
}

/** What tells this credential from every other: its token, label and CKA_ID. */
export function credentialAttributes(slot: OccupiedSlot, { label, id }: Credential): Pkcs11Uri {
	return {
		...tokenAttributes(slot.token),
		...(label === '' ? {} : { object: label }),
		...(id === '' ? {} : { id }),
	};
}

const list = (items: readonly string[]): string => items.join(', ');
