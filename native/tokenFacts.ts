/** What a token says of itself, read from PKCS#11's flags, and whether a URI means it. */
import type { PinState } from '../core/ports/tokenError.ts';
import { TokenFlag } from './cryptoki.ts';
import type { ModuleInfo, SlotSnapshot, TokenSnapshot } from './modules/protocol.ts';
import type { PinFacts } from './pin.ts';
import { formatPkcs11Uri, type Pkcs11Uri } from './pkcs11Uri.ts';

/** A slot with a token in it. */
export type OccupiedSlot = SlotSnapshot & { readonly token: TokenSnapshot };

export const isOccupied = (slot: SlotSnapshot): slot is OccupiedSlot => slot.token !== undefined;

export const isInitialized = ({ token }: OccupiedSlot): boolean => (token.flags & TokenFlag.tokenInitialized) !== 0;

/** What is known of the PIN before it is asked for (PKCS#11 v2.40 §3.2, CK_TOKEN_INFO). */
export function pinFacts(token: TokenSnapshot): PinFacts {
	return {
		state: pinState(token.flags),
		minimumLength: token.minimumPinLength,
		maximumLength: token.maximumPinLength,
		entry:
			(token.flags & TokenFlag.loginRequired) === 0
				? 'none'
				: (token.flags & TokenFlag.protectedAuthenticationPath) !== 0
					? 'pad'
					: 'typed',
	};
}

function pinState(flags: number): PinState {
	if (flags & TokenFlag.userPinLocked) return 'locked';
	if (flags & TokenFlag.userPinFinalTry) return 'last-try';
	if (flags & TokenFlag.userPinCountLow) return 'tried-wrongly';
	if (flags & TokenFlag.userPinToBeChanged) return 'to-be-changed';
	if (flags & TokenFlag.loginRequired && !(flags & TokenFlag.userPinInitialized)) return 'not-set';
	return 'ok';
}

/** Whether these are the same token, seen twice: one without a serial number is known by its place alone. */
export const isSameToken = (a: TokenSnapshot, b: TokenSnapshot): boolean =>
	a.serial !== '' &&
	a.serial === b.serial &&
	a.label === b.label &&
	a.model === b.model &&
	a.manufacturer === b.manufacturer;

/** Whether the module is the one the URI speaks of. */
export function moduleMatches(uri: Pkcs11Uri, module: ModuleInfo): boolean {
	const version = uri.libraryVersion;
	return (
		same(uri.libraryManufacturer, module.manufacturer) &&
		same(uri.libraryDescription, module.description) &&
		(version === undefined ||
			version === module.version ||
			(!version.includes('.') && module.version === `${version}.0`))
	);
}

/** Whether the token in this slot is one the URI speaks of. */
export function tokenMatches(uri: Pkcs11Uri, slot: OccupiedSlot): boolean {
	const { token } = slot;
	return (
		same(uri.token, token.label) &&
		same(uri.manufacturer, token.manufacturer) &&
		same(uri.model, token.model) &&
		same(uri.serial, token.serial) &&
		same(uri.slotDescription, slot.description) &&
		same(uri.slotManufacturer, slot.manufacturer) &&
		(uri.slotId === undefined || uri.slotId === slot.id)
	);
}

/** The URI that means this token alone: with its serial number, since labels repeat. */
export function tokenUri(modulePath: string, { token }: OccupiedSlot): string {
	return formatPkcs11Uri({ ...tokenAttributes(token), modulePath });
}

/** The attributes that tell this token from every other. */
export function tokenAttributes(token: TokenSnapshot): Pick<Pkcs11Uri, 'token' | 'serial'> {
	return { token: token.label, ...(token.serial === '' ? {} : { serial: token.serial }) };
}

const same = (wanted: string | undefined, found: string): boolean => wanted === undefined || wanted === found;
