import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../../preload/contract.ts';

type Tell = (command: MenuCommand) => void;

/** The application's menu: what the window can do, with its keys. Edit and window menus are the system's own. */
export function applicationMenu(tell: Tell, platform: NodeJS.Platform): Menu {
	const item = (label: string, command: MenuCommand, accelerator?: string): MenuItemConstructorOptions => ({
		label,
		click: () => tell(command),
		...(accelerator !== undefined && { accelerator }),
	});
	const separator: MenuItemConstructorOptions = { type: 'separator' };
	const onMac = platform === 'darwin';
	return Menu.buildFromTemplate([
		...(onMac ? [{ role: 'appMenu' } as const] : []),
		{
			label: '&File',
			submenu: [
				item('Open…', 'open', 'CmdOrCtrl+O'),
				item('Save a Copy…', 'save-as', 'CmdOrCtrl+Shift+S'),
				item('Print…', 'print', 'CmdOrCtrl+P'),
				separator,
				item('Sign…', 'sign', 'CmdOrCtrl+S'),
				separator,
				item('Close', 'close', 'CmdOrCtrl+W'),
				...(onMac ? [] : [{ role: 'quit' } as const]),
			],
		},
		{ role: 'editMenu' },
		{
			label: '&View',
			submenu: [
				item('Find…', 'find', 'CmdOrCtrl+F'),
				item('All Commands…', 'command-palette', 'CmdOrCtrl+K'),
				separator,
				item('Zoom In', 'zoom-in', 'CmdOrCtrl+Plus'),
				item('Zoom Out', 'zoom-out', 'CmdOrCtrl+-'),
				item('Actual Size', 'zoom-reset', 'CmdOrCtrl+0'),
				separator,
				item('Thumbnails', 'toggle-thumbnails', 'CmdOrCtrl+T'),
			],
		},
		{
			label: '&Go',
			submenu: [
				item('Documents', 'show-documents', 'CmdOrCtrl+1'),
				item('Tokens', 'show-tokens', 'CmdOrCtrl+2'),
				item('Settings', 'show-settings', 'CmdOrCtrl+,'),
			],
		},
		{ role: 'windowMenu' },
	]);
}
