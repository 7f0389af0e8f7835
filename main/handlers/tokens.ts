import { changePin, unblockPin } from '../../native/changePin.ts';
import type { DriverOptions } from '../../native/driverOptions.ts';
import type { TokenRegistry } from '../tokens/tokenRegistry.ts';
import type { FacadeHandlers } from './handlers.ts';

/** What is in the readers. */
export function tokenHandlers(registry: TokenRegistry, drivers: () => DriverOptions): FacadeHandlers<'tokens'> {
	return {
		list: () => registry.list(),
		async changePin({ token, current, next }) {
			const { modulePath, slot } = registry.token(token);
			await changePin(modulePath, slot.token, { current, next }, drivers());
			return null;
		},
		async unblock({ token, puk, next }) {
			const { modulePath, slot } = registry.token(token);
			await unblockPin(modulePath, slot.token, { puk, next }, drivers());
			return null;
		},
	};
}
