import { useCallback, useEffect, useMemo, useReducer } from 'react';
import type { Bridge, DocumentHandle, Failure, OpenDocument, Reply, SigningOutcome } from '../../preload/contract.ts';

export interface OpenDocuments {
	readonly all: readonly OpenDocument[];
	readonly active: OpenDocument | null;
	/** Why something could not be opened; stays until it is dismissed or something else opens. */
	readonly failure: Failure | null;
	/** Whether something is being opened. */
	readonly opening: boolean;
	add(documents: readonly OpenDocument[]): void;
	openFiles(files: readonly File[]): Promise<void>;
	/** Takes the outcome of any verb that opens one document. */
	open(asked: Promise<Reply<OpenDocument>>): Promise<boolean>;
	/** The same document under a new handle: after unlocking (with what password), reopening. */
	replace(old: DocumentHandle, now: OpenDocument, password?: string): void;
	/** For the frame, which decrypts for itself. */
	passwordOf(handle: DocumentHandle): string | null;
	/** What signing made takes the place of what was signed. */
	signed(old: DocumentHandle, outcome: SigningOutcome): void;
	/** How the document came to be, if it was signed here just now. */
	outcomeOf(handle: DocumentHandle): SigningOutcome | null;
	show(handle: DocumentHandle): void;
	close(handle: DocumentHandle): void;
	fail(failure: Failure): void;
	dismiss(): void;
}

interface State {
	readonly all: readonly OpenDocument[];
	readonly shown: DocumentHandle | null;
	readonly failure: Failure | null;
	readonly opening: number;
	readonly outcomes: readonly SigningOutcome[];
	readonly passwords: ReadonlyMap<DocumentHandle, string>;
}

type Happening =
	| { readonly kind: 'added'; readonly documents: readonly OpenDocument[] }
	| { readonly kind: 'replaced'; readonly old: DocumentHandle; readonly now: OpenDocument; readonly password?: string }
	| { readonly kind: 'signed'; readonly old: DocumentHandle; readonly outcome: SigningOutcome }
	| { readonly kind: 'shown'; readonly handle: DocumentHandle }
	| { readonly kind: 'closed'; readonly handle: DocumentHandle }
	| { readonly kind: 'failed'; readonly failure: Failure }
	| { readonly kind: 'dismissed' }
	| { readonly kind: 'opening'; readonly more: 1 | -1 };

function next(state: State, happening: Happening): State {
	switch (happening.kind) {
		case 'added': {
			const last = happening.documents.at(-1);
			if (!last) return state;
			const known = new Set(happening.documents.map((document) => document.handle));
			const all = [...state.all.filter((document) => !known.has(document.handle)), ...happening.documents];
			return { ...state, all, shown: last.handle, failure: null };
		}
		case 'replaced': {
			const all = state.all.map((document) => (document.handle === happening.old ? happening.now : document));
			const password = happening.password ?? state.passwords.get(happening.old);
			const passwords =
				password === undefined ? state.passwords : new Map(state.passwords).set(happening.now.handle, password);
			return { ...state, all, passwords, shown: state.shown === happening.old ? happening.now.handle : state.shown };
		}
		case 'signed': {
			const replaced = next(state, { kind: 'replaced', old: happening.old, now: happening.outcome.document });
			return { ...replaced, outcomes: [...state.outcomes, happening.outcome] };
		}
		case 'shown':
			return { ...state, shown: happening.handle };
		case 'closed': {
			const at = state.all.findIndex((document) => document.handle === happening.handle);
			const all = state.all.filter((document) => document.handle !== happening.handle);
			const neighbour = all[Math.min(Math.max(at, 0), all.length - 1)]?.handle ?? null;
			return { ...state, all, shown: state.shown === happening.handle ? neighbour : state.shown };
		}
		case 'failed':
			return { ...state, failure: happening.failure };
		case 'dismissed':
			return { ...state, failure: null };
		case 'opening':
			return { ...state, opening: state.opening + happening.more };
	}
}

/** What is open, in the order in which it was opened, and which of it is shown. */
export function useDocuments(bridge: Bridge): OpenDocuments {
	const [state, dispatch] = useReducer(next, {
		all: [],
		shown: null,
		failure: null,
		opening: 0,
		outcomes: [],
		passwords: new Map(),
	});

	useEffect(() => {
		let listening = true;
		void bridge.documents.opened().then((reply) => {
			if (!listening) return;
			if (reply.ok) dispatch({ kind: 'added', documents: reply.value });
			else dispatch({ kind: 'failed', failure: reply.error });
		});
		const ends = [
			bridge.events.on('documentOpened', (document) => dispatch({ kind: 'added', documents: [document] })),
			bridge.events.on('documentFailed', (failure) => dispatch({ kind: 'failed', failure })),
		];
		return () => {
			listening = false;
			for (const end of ends) end();
		};
	}, [bridge]);

	const open = useCallback(async (asked: Promise<Reply<OpenDocument>>) => {
		dispatch({ kind: 'opening', more: 1 });
		const reply = await asked;
		dispatch({ kind: 'opening', more: -1 });
		if (reply.ok) dispatch({ kind: 'added', documents: [reply.value] });
		else dispatch({ kind: 'failed', failure: reply.error });
		return reply.ok;
	}, []);

	return useMemo(
		() => ({
			all: state.all,
			active: state.all.find((document) => document.handle === state.shown) ?? null,
			failure: state.failure,
			opening: state.opening > 0,
			add: (documents) => dispatch({ kind: 'added', documents }),
			async openFiles(files) {
				for (const file of files) await open(bridge.files.open(file));
			},
			open,
			replace: (old, now, password) => dispatch({ kind: 'replaced', old, now, password }),
			passwordOf: (handle) => state.passwords.get(handle) ?? null,
			signed: (old, outcome) => dispatch({ kind: 'signed', old, outcome }),
			outcomeOf: (handle) => state.outcomes.findLast((outcome) => outcome.document.handle === handle) ?? null,
			show: (handle) => dispatch({ kind: 'shown', handle }),
			close(handle) {
				dispatch({ kind: 'closed', handle });
				void bridge.documents.close({ handle });
			},
			fail: (failure) => dispatch({ kind: 'failed', failure }),
			dismiss: () => dispatch({ kind: 'dismissed' }),
		}),
		[state, open, bridge],
	);
}
