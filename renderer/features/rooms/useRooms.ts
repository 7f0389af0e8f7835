import { useCallback, useEffect, useState } from 'react';
import type { Bridge, RoomState } from '../../../preload/contract.ts';

/** The room of this machine, asked anew whenever somebody may have changed it. */
export function useRooms(bridge: Bridge): { readonly state: RoomState; readonly refresh: () => void } {
	const [state, setState] = useState<RoomState>({ room: null });
	const refresh = useCallback(() => {
		void bridge.rooms.state().then((reply) => reply.ok && setState(reply.value));
	}, [bridge]);
	useEffect(refresh, [refresh]);
	return { state, refresh };
}
