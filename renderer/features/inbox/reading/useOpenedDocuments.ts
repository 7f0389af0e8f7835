import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure, OpenDocument, PostingId } from '../../../../preload/contract.ts';
import { useDesk } from '../../../app/desk.ts';

export interface OpenedDocuments {
	readonly open: ReadonlyMap<string, OpenDocument>;
	readonly failure: Failure | null;
	/** Opens what is not open yet. */
	fetch(documents: readonly string[]): Promise<void>;
	/** Closes these, so that they are fetched as they are now. */
	forget(documents: readonly string[]): void;
}

/** The documents of a posting that are being read, by their names in it; all are closed when the reader is left. */
export function useOpenedDocuments(posting: PostingId): OpenedDocuments {
	const { bridge } = useDesk();
	const [open, setOpen] = useState<ReadonlyMap<string, OpenDocument>>(new Map());
	const [failure, setFailure] = useState<Failure | null>(null);
	const asked = useRef(new Set<string>());
	const current = useRef(open);
	current.current = open;

	useEffect(
		() => () => {
			for (const { handle } of current.current.values()) void bridge.documents.close({ handle });
		},
		[bridge],
	);

	const fetch = useCallback(
		async (documents: readonly string[]) => {
			setFailure(null);
			for (const document of documents) {
				if (asked.current.has(document)) continue;
				asked.current.add(document);
				const reply = await bridge.postings.openDocument({ posting, document });
				if (reply.ok) setOpen((now) => new Map(now).set(document, reply.value));
				else {
					asked.current.delete(document);
					setFailure(reply.error);
				}
			}
		},
		[bridge, posting],
	);

	const forget = useCallback(
		(documents: readonly string[]) => {
			for (const document of documents) {
				asked.current.delete(document);
				const opened = current.current.get(document);
				if (opened) void bridge.documents.close({ handle: opened.handle });
			}
			setOpen((now) => new Map([...now].filter(([document]) => !documents.includes(document))));
		},
		[bridge],
	);

	return { open, failure, fetch, forget };
}
