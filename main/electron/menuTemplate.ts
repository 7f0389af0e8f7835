import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../preload/contract.ts';
import type { WindowWords } from './windowWords.ts';

type Role = NonNullable<MenuItemConstructorOptions['role']>;

/** What the window can do, with its keys, and what every application has, in the words of the window's language. */
export function menuTemplate(
	words: WindowWords,
	{ platform, offline }: { readonly platform: NodeJS.Platform; readonly offline: boolean },
	tell: (command: MenuCommand) => void,
): MenuItemConstructorOptions[] {
	const item = (command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
		label: words.command[command],
		...(accelerator !== undefined && { accelerator }),
		click: () => tell(command),
	});
	// Electron's own words for these are English.
	const common = (role: Role & keyof WindowWords['menu']): MenuItemConstructorOptions => ({
		label: words.menu[role],
		role,
	});
	const separator: MenuItemConstructorOptions = { type: 'separator' };
	const onMac = platform === 'darwin';
	return [
		...(onMac ? [{ role: 'appMenu' } as const] : []),
		{
			label: words.menu.file,
			submenu: [
				item('open', 'CmdOrCtrl+O'),
				item('sign-several', 'CmdOrCtrl+Shift+O'),
				item('sign-folder'),
				separator,
				item('save-as', 'CmdOrCtrl+Shift+S'),
				item('print', 'CmdOrCtrl+P'),
				separator,
				item('sign', 'CmdOrCtrl+S'),
				{
					label: words.menu.rooms,
					// Without a network nothing is packed or taken back here.
					submenu: [
						...(offline ? [] : [item('room-pack'), item('room-take-back')]),
						item('room-open'),
						item('room-seal'),
					],
				},
				separator,
				item('close', 'CmdOrCtrl+W'),
				...(onMac ? [] : [common('quit')]),
			],
		},
		{
			label: words.menu.edit,
			submenu: [
				common('undo'),
				common('redo'),
				separator,
				common('cut'),
				common('copy'),
				common('paste'),
				common('selectAll'),
			],
		},
		{
			label: words.menu.view,
			submenu: [
				item('find', 'CmdOrCtrl+F'),
				item('command-palette', 'CmdOrCtrl+K'),
				separator,
				item('zoom-in', 'CmdOrCtrl+Plus'),
				item('zoom-out', 'CmdOrCtrl+-'),
				item('zoom-reset', 'CmdOrCtrl+0'),
				separator,
				item('toggle-thumbnails', 'CmdOrCtrl+T'),
			],
		},
		{
			label: words.menu.go,
			submenu: [
				item('show-documents', 'CmdOrCtrl+1'),
				item('show-inbox', 'CmdOrCtrl+2'),
				item('show-tokens', 'CmdOrCtrl+3'),
				item('show-settings', 'CmdOrCtrl+,'),
			],
		},
		{ label: words.menu.window, role: 'window', submenu: [common('minimize')] },
	];
}
