import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type {
	Batch,
	BatchNews,
	BatchRow,
	BatchSummary,
	BatchWish,
	Bridge,
	Failure,
	IdentityId,
	MarkPlace,
	Reply,
	ResultKind,
	RowId,
} from '../../../preload/contract.ts';
import { save } from '../../ui/saved.ts';

/** The batch as the window sees it, and what can be done with it. */
export interface BatchInHand extends Batch {
	/** What was asked last and could not be done. */
	readonly refused: Failure | null;
	/** The signer is being opened: the run has not begun. */
	readonly starting: boolean;
	/** For the frame, which decrypts for itself. */
	passwordOf(row: RowId): string | null;
	add(files: readonly File[]): Promise<void>;
	remove(rows: readonly RowId[]): void;
	/** Null: every document that wants a password. @returns how many it opened. */
	unlock(row: RowId | null, password: string): Promise<number>;
	change(part: Partial<BatchWish>): void;
	place(row: RowId, place: MarkPlace | null): void;
	/** Looks anew at what is in trouble, and at certificate and timestamp service. */
	survey(identity: IdentityId | null): void;
	start(identity: IdentityId, pin: string | null): Promise<boolean>;
	pause(): void;
	resume(): void;
	cancel(): void;
	again(): void;
	complete(): void;
	/** Has the person keep what came of it. */
	keep(kind: ResultKind): Promise<void>;
	close(): void;
	fail(failure: Failure): void;
	dismiss(): void;
}

interface Known {
	readonly summary: BatchSummary;
	readonly rows: ReadonlyMap<RowId, BatchRow>;
}

/** Several at once, so that the host is never idle, and few enough that it can answer in between. */
const ADDED_AT_ONCE = 4;

/** Null while nothing is in it. */
export function useBatch(
	bridge: Bridge,
	language: string,
): { readonly batch: BatchInHand | null; readonly add: BatchInHand['add'] } {
	const [known, setKnown] = useState<Known | null>(null);
	const [refused, setRefused] = useState<Failure | null>(null);
	const [starting, setStarting] = useState(false);
	const passwords = useRef<readonly { readonly row: RowId | null; readonly password: string }[]>([]);

	useEffect(() => {
		let listening = true;
		void bridge.batch.current().then((reply) => {
			if (!listening || !reply.ok || !reply.value) return;
			const { rows, ...summary } = reply.value;
			setKnown({ summary, rows: new Map(rows.map((row) => [row.id, row])) });
		});
		const end = bridge.events.on('batchChanged', (news) => setKnown((now) => next(now, news)));
		return () => {
			listening = false;
			end();
		};
	}, [bridge]);

	const ask = useCallback(async <Answer>(asked: Promise<Reply<Answer>>): Promise<Answer | undefined> => {
		const reply = await asked;
		setRefused(reply.ok ? null : reply.error);
		return reply.ok ? reply.value : undefined;
	}, []);

	const add = useCallback(
		async (files: readonly File[]) => {
			const waiting = [...files];
			const lane = async () => {
				for (let file = waiting.shift(); file; file = waiting.shift()) await ask(bridge.files.addToBatch(file));
			};
			await Promise.all(Array.from({ length: ADDED_AT_ONCE }, lane));
		},
		[bridge, ask],
	);

	const byName = useMemo(() => {
		const { compare } = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
		return (one: BatchRow, other: BatchRow) => compare(one.name, other.name);
	}, [language]);
	// The same list for as long as no row changes: whoever types a reason does not wait for a thousand of them.
	const knownRows = known?.rows;
	const rows = useMemo(() => [...(knownRows?.values() ?? [])].sort(byName), [knownRows, byName]);
	const remove = useCallback(
		(ids: readonly RowId[]) => void ask(bridge.batch.remove({ rows: [...ids] })),
		[ask, bridge],
	);
	const batch = useMemo((): BatchInHand | null => {
		if (!known || rows.length === 0) return null;
		return {
			...known.summary,
			rows,
			refused,
			starting,
			passwordOf: (id) => passwords.current.findLast(({ row }) => row === null || row === id)?.password ?? null,
			add,
			remove,
			async unlock(row, password) {
				passwords.current = [...passwords.current, { row, password }];
				return (await ask(bridge.batch.unlock({ row, password }))) ?? 0;
			},
			change(part) {
				const wish = { ...known.summary.wish, ...part };
				// Shown at once, as whoever types expects it; the host says it again.
				setKnown((now) => now && { ...now, summary: { ...now.summary, wish } });
				void ask(bridge.batch.wish(wish));
			},
			place: (row, place) => void ask(bridge.batch.place({ row, place })),
			survey: (identity) => void ask(bridge.batch.survey({ identity })),
			async start(identity, pin) {
				setStarting(true);
				const begun = await ask(bridge.batch.start({ identity, ...(pin === null ? {} : { pin }) }));
				setStarting(false);
				return begun !== undefined;
			},
			pause: () => void ask(bridge.batch.pause()),
			resume: () => void ask(bridge.batch.resume()),
			cancel: () => void ask(bridge.batch.cancel()),
			again: () => void ask(bridge.batch.again()),
			complete: () => void ask(bridge.batch.complete()),
			keep: async (kind) => setRefused(await save(bridge.batch.saveResult({ kind }))),
			close: () => void ask(bridge.batch.close()),
			fail: setRefused,
			dismiss: () => setRefused(null),
		};
	}, [known, rows, refused, starting, add, remove, ask, bridge]);
	return useMemo(() => ({ batch, add }), [batch, add]);
}

function next(now: Known | null, { summary, rows, gone }: BatchNews): Known {
	if (now && rows.length === 0 && gone.length === 0) return { summary, rows: now.rows };
	const known = new Map(now?.rows);
	for (const id of gone) known.delete(id);
	for (const row of rows) known.set(row.id, row);
	return { summary, rows: known };
}
