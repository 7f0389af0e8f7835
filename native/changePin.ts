/** Another PIN for a token, by who knows the old one or the PUK. */
import { type DriverOptions, startModule } from './driverOptions.ts';
import type { ModulePort } from './modules/modulePort.ts';
import { isOccupied, type OccupiedSlot } from './tokenFacts.ts';
import { removed } from './tokenSession.ts';

/**
 * Changes the PIN in a process of its own, which ends afterwards and takes both PINs along.
 *
 * @param wanted the token as it was listed; it may have moved to another slot since.
 * @throws {TokenError} `token-removed`, `pin-incorrect`, `pin-locked`, `pin-length`, …; nothing is tried twice.
 */
export async function changePin(
	modulePath: string,
	wanted: OccupiedSlot['token'],
	pins: { readonly current: string; readonly next: string },
	options: DriverOptions = {},
): Promise<void> {
	const { current: pin, next: newPin } = pins;
	await withToken(modulePath, wanted, options, (port, slot) =>
		port.call('changePin', { slot, pin, newPin }, wanted.label),
	);
}

/**
 * Gives a locked token a new PIN by its PUK: the security officer's PIN of PKCS#11, as most card drivers have it.
 *
 * @throws {TokenError} as {@link changePin}; `pin-incorrect` speaks of the PUK.
 */
export async function unblockPin(
	modulePath: string,
	wanted: OccupiedSlot['token'],
	pins: { readonly puk: string; readonly next: string },
	options: DriverOptions = {},
): Promise<void> {
	const { puk, next: newPin } = pins;
	await withToken(modulePath, wanted, options, (port, slot) =>
		port.call('unblock', { slot, puk, newPin }, wanted.label),
	);
}

async function withToken(
	modulePath: string,
	wanted: OccupiedSlot['token'],
	options: DriverOptions,
	act: (port: ModulePort, slot: number) => Promise<unknown>,
): Promise<void> {
	const port = await startModule(modulePath, options);
	try {
		const slots = await port.call('slots', {}, wanted.label);
		const found = slots
			.filter(isOccupied)
			.find(({ token }) => token.serial === wanted.serial && token.label === wanted.label);
		if (found === undefined) throw removed(wanted.label);
		await act(port, found.id);
	} finally {
		await port.close();
	}
}
