import { type RefObject, useEffect } from 'react';
import type { MenuCommand } from '../../preload/contract.ts';

/** Everything the window can be asked to do, by the menu, by keys, and by the command palette. */
export type Command = MenuCommand;

/** What can be carried out now: a command that is missing is not offered. */
export type CommandTable = { readonly [C in Command]?: (() => void) | undefined };

/** In the order of the palette, with the key that runs it (⌘ on a Mac, Ctrl elsewhere). */
export const commands: readonly { readonly command: Command; readonly key: string | null }[] = [
	{ command: 'open', key: 'O' },
	{ command: 'sign-several', key: 'Shift+O' },
	{ command: 'sign-folder', key: null },
	{ command: 'sign', key: 'S' },
	{ command: 'save-as', key: 'Shift+S' },
	{ command: 'print', key: 'P' },
	{ command: 'room-pack', key: null },
	{ command: 'room-take-back', key: null },
	{ command: 'room-open', key: null },
	{ command: 'room-seal', key: null },
	{ command: 'find', key: 'F' },
	{ command: 'zoom-in', key: '+' },
	{ command: 'zoom-out', key: '-' },
	{ command: 'zoom-reset', key: '0' },
	{ command: 'toggle-thumbnails', key: null },
	{ command: 'close', key: 'W' },
	{ command: 'show-documents', key: '1' },
	{ command: 'show-inbox', key: '2' },
	{ command: 'show-tokens', key: '3' },
	{ command: 'show-settings', key: ',' },
	{ command: 'command-palette', key: 'K' },
];

export interface KeyPressed {
	readonly key: string;
	readonly ctrlKey: boolean;
	readonly metaKey: boolean;
	readonly shiftKey: boolean;
}

export function commandOfKey(event: KeyPressed): Command | null {
	if (!event.ctrlKey && !event.metaKey) return null;
	const name = event.key === '=' ? '+' : event.key.toUpperCase();
	const pressed = event.shiftKey && /^[A-Z]$/.test(name) ? `Shift+${name}` : name;
	return commands.find(({ key }) => key === pressed)?.command ?? null;
}

const onMac = /Mac/.test(globalThis.navigator?.platform ?? '');

/** How the key of a command is written on this system. */
export function shortcutOf(command: Command): string | undefined {
	const key = commands.find((one) => one.command === command)?.key;
	if (!key) return undefined;
	return onMac ? `⌘${key.replace('Shift+', '⇧')}` : `Ctrl+${key}`;
}

/** Offers commands while the component is there and they are possible. */
export function useCommands(table: RefObject<CommandTable>, offered: CommandTable): void {
	useEffect(() => {
		table.current = { ...table.current, ...offered };
		return () => {
			const left = Object.entries(table.current).filter(([name, run]) => run !== offered[name as Command]);
			table.current = Object.fromEntries(left);
		};
	}, [table, offered]);
}
