import type { OpenDocument, RoomState } from '../../../preload/contract.ts';
import { OpenBundleSheet } from './OpenBundleSheet.tsx';
import { PackSheet, type ToPack } from './PackSheet.tsx';
import { SealSheet } from './SealSheet.tsx';
import { TakeBackSheet } from './TakeBackSheet.tsx';

export type RoomSheetName = 'room-pack' | 'room-open' | 'room-seal' | 'room-take-back';

/** The steps of a trip into a room and back, each one sheet. */
export function RoomSheets(props: {
	readonly shown: RoomSheetName;
	readonly state: RoomState;
	readonly changed: () => void;
	readonly toPack: ToPack;
	readonly openDocument: () => void;
	readonly showBatch: () => void;
	readonly look: (documents: readonly OpenDocument[]) => void;
	readonly close: () => void;
}) {
	const { state, changed, close } = props;
	switch (props.shown) {
		case 'room-pack':
			return <PackSheet toPack={props.toPack} open={props.openDocument} close={close} />;
		case 'room-open':
			return <OpenBundleSheet state={state} changed={changed} sign={props.showBatch} close={close} />;
		case 'room-seal':
			return <SealSheet state={state} changed={changed} close={close} />;
		case 'room-take-back':
			return <TakeBackSheet look={props.look} close={close} />;
	}
}
