import { useEffect, useState } from 'react';
import type { Account, Reply } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';

/** The account of this device, as it is now. */
export interface AccountNow {
	/** Null while it is being asked for. */
	readonly reply: Reply<Account | null> | null;
	set(account: Account | null): void;
}

export function useAccount(): AccountNow {
	const { bridge } = useDesk();
	const [reply, setReply] = useState<AccountNow['reply']>(null);
	useEffect(() => {
		let wanted = true;
		void bridge.account.get().then((answer) => wanted && setReply(answer));
		const end = bridge.events.on('accountChanged', (account) => setReply({ ok: true, value: account }));
		return () => {
			wanted = false;
			end();
		};
	}, [bridge]);
	return { reply, set: (account) => setReply({ ok: true, value: account }) };
}
