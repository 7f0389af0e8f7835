import { type ReactNode, useMemo, useState } from 'react';
import type { Bridge } from '../../../preload/contract.ts';
import type { CommandTable } from '../../app/commands.ts';
import type { OpenDocuments } from '../../app/useDocuments.ts';
import type { BatchInHand } from '../batch/useBatch.ts';
import type { ToPack } from './PackSheet.tsx';
import { type RoomSheetName, RoomSheets } from './RoomSheets.tsx';
import { useRooms } from './useRooms.ts';

/**
 * What can be done about rooms now, and the sheet in which it is done. Inside, where there is a room or no network: open
 * and seal. Outside, where there is a network: pack and take back.
 */
export function useRoomSheets(parts: {
	readonly bridge: Bridge;
	readonly offline: boolean;
	readonly documents: OpenDocuments;
	readonly batch: BatchInHand | null;
	readonly batchShown: boolean;
	readonly showBatch: (shown: boolean) => void;
	/** Chooses a document to be opened. */
	readonly openDocument: () => void;
}): { readonly commands: CommandTable; readonly sheet: ReactNode } {
	const { bridge, offline, documents, batch, batchShown, showBatch, openDocument } = parts;
	const { state, refresh } = useRooms(bridge);
	const [shown, setShown] = useState<RoomSheetName | null>(null);
	const inside = offline || state.room !== null;

	const commands = useMemo((): CommandTable => {
		const show = (name: RoomSheetName) => () => {
			refresh();
			setShown(name);
		};
		return {
			'room-pack': offline ? undefined : show('room-pack'),
			'room-take-back': offline ? undefined : show('room-take-back'),
			'room-open': inside ? show('room-open') : undefined,
			'room-seal': inside && state.room ? show('room-seal') : undefined,
		};
	}, [offline, inside, state.room, refresh]);

	const close = () => setShown(null);
	const sheet = shown && (
		<RoomSheets
			shown={shown}
			state={state}
			changed={refresh}
			toPack={packable(documents, batchShown ? batch : null)}
			openDocument={() => {
				close();
				openDocument();
			}}
			showBatch={() => {
				close();
				showBatch(true);
			}}
			look={(opened) => {
				close();
				documents.add(opened);
			}}
			close={close}
		/>
	);
	return { commands, sheet };
}

/** The batch where it is in front, else the document that is. */
function packable(documents: OpenDocuments, batch: BatchInHand | null): ToPack {
	if (batch) {
		const ready = batch.rows.filter(({ state }) => state === 'ready');
		return { handles: [], names: ready.map(({ name }) => name) };
	}
	const { active } = documents;
	return active ? { handles: [active.handle], names: [active.name] } : { handles: [], names: [] };
}
