/** The person gives a token another PIN. */
import { TokenError } from '../core/ports/tokenError.ts';
import { type DriverOptions, startModule } from './driverOptions.ts';
import { isOccupied, type OccupiedSlot } from './tokenFacts.ts';

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
	const port = await startModule(modulePath, options);
	try {
		const slots = await port.call('slots', {}, wanted.label);
		const found = slots
			.filter(isOccupied)
			.find(({ token }) => token.serial === wanted.serial && token.label === wanted.label);
		if (!found) {
			throw new TokenError('token-removed', `The token '${wanted.label}' is not there any more.`, {
				hint: 'Insert it again.',
				subject: wanted.label,
			});
		}
		await port.call('changePin', { slot: found.id, pin: pins.current, newPin: pins.next }, wanted.label);
	} finally {
		await port.close();
	}
}
