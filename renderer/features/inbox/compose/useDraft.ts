import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure, PostingDraft } from '../../../../preload/contract.ts';
import { useDesk } from '../../../app/desk.ts';

export interface DraftInHand {
	readonly draft: PostingDraft;
	/** Why it could not be kept. */
	readonly failure: Failure | null;
	change(next: (draft: PostingDraft) => PostingDraft): void;
	/** Keeps what was changed last without waiting. */
	keep(): Promise<void>;
}

/** A draft that is kept a moment after each change, so that nothing typed is ever lost; an untouched one is not. */
export function useDraft(first: PostingDraft): DraftInHand {
	const { bridge } = useDesk();
	const [draft, setDraft] = useState(first);
	const [failure, setFailure] = useState<Failure | null>(null);
	const kept = useRef(first);
	const current = useRef(first);
	current.current = draft;

	const keep = useCallback(async () => {
		const now = current.current;
		if (kept.current === now) return;
		kept.current = now;
		const reply = await bridge.drafts.save(now);
		setFailure(reply.ok ? null : reply.error);
	}, [bridge]);

	useEffect(() => {
		if (kept.current === draft) return;
		const timer = setTimeout(() => void keep(), 400);
		return () => clearTimeout(timer);
	}, [draft, keep]);

	return { draft, failure, change: useCallback((next) => setDraft(next), []), keep };
}
