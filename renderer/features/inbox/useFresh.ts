import { useCallback, useEffect, useRef, useState } from 'react';
import type { Reply } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';

/** What the host says, asked anew whenever something in the account has changed. The last answer stays until the next. */
export function useFresh<Value>(ask: () => Promise<Reply<Value>>): {
	readonly reply: Reply<Value> | null;
	refresh(): void;
	/** Takes the answer of a verb that has changed it. */
	take(value: Value): void;
} {
	const { bridge } = useDesk();
	const [reply, setReply] = useState<Reply<Value> | null>(null);
	const asked = useRef(0);
	const refresh = useCallback(() => {
		asked.current++;
		const turn = asked.current;
		// An answer that was overtaken by another question is no news.
		void ask().then((answer) => turn === asked.current && setReply(answer));
	}, [ask]);
	useEffect(() => {
		setReply(null);
		refresh();
		return bridge.events.on('accountChanged', refresh);
	}, [bridge, refresh]);
	const take = useCallback((value: Value) => {
		asked.current++;
		setReply({ ok: true, value });
	}, []);
	return { reply, refresh, take };
}
