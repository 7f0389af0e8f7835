import { useEffect, useState } from 'react';
import type { FileVerdict, OpenDocument, Reply } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';

export interface VerdictAsked {
	/** Null while it is being checked. */
	readonly reply: Reply<FileVerdict> | null;
	/** Checks again, now asking the network too. */
	askOnline(): void;
}

/** What the signatures of a document are worth. The network is asked as the person has set, or when told to. */
export function useVerdict(document: OpenDocument): VerdictAsked {
	const { bridge, settings } = useDesk();
	const [online, setOnline] = useState(settings.onlineChecks === 'always');
	const [reply, setReply] = useState<Reply<FileVerdict> | null>(null);
	useEffect(() => {
		if (document.locked) return;
		let wanted = true;
		setReply(null);
		void bridge.signatures.of({ handle: document.handle, online }).then((answer) => wanted && setReply(answer));
		return () => {
			wanted = false;
		};
	}, [bridge, document, online]);
	return { reply, askOnline: () => setOnline(true) };
}
