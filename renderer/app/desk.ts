import { createContext, useContext } from 'react';
import type { AppInfo, Bridge, OpenDocument, Reply, Settings, SettingsChange } from '../../preload/contract.ts';

/** What every place of the window may reach: the host, and what the person has set. */
export interface Desk {
	readonly bridge: Bridge;
	readonly info: AppInfo;
	readonly settings: Settings;
	/** The theme in effect. */
	readonly theme: 'light' | 'dark';
	/** Keeps a setting; a failure shows as a card in Settings. */
	changeSettings(change: SettingsChange): Promise<void>;
	goTo(place: PlaceName): void;
	/** Shows a document in Documents, with its signatures and what they are worth. @returns whether it opened. */
	showDocument(asked: Promise<Reply<OpenDocument>>): Promise<boolean>;
	/** Files that are dropped on the window. */
	readonly dropped: DroppedFiles;
}

/** Where dropped files go: to be opened, unless somebody in front takes them. */
export interface DroppedFiles {
	/** @returns ends it. */
	takeWith(take: (files: readonly File[]) => void): () => void;
}

export type PlaceName = 'documents' | 'inbox' | 'tokens' | 'settings';

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
	const desk = useContext(DeskContext);
	if (!desk) throw new Error('no desk around this component');
	return desk;
}
