import { describe, expect, it } from 'vitest';
import type { MenuCommand } from '../../preload/contract.ts';
import { menuTemplate } from './menuTemplate.ts';
import { windowWords } from './windowWords.ts';

interface Item {
	readonly label?: string;
	readonly accelerator?: unknown;
	readonly click?: unknown;
	readonly role?: string;
	readonly type?: string;
	readonly submenu?: unknown;
}

const onLinux = { platform: 'linux', offline: false } as const;

function itemsOf(template: readonly Item[]): readonly Item[] {
	return template.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? itemsOf(item.submenu) : [])]);
}

describe('the menu', () => {
	it.each([
		['en', 'File', 'Open a document', 'Copy'],
		['nb', 'Fil', 'Åpne et dokument', 'Kopier'],
		['fr', 'Fichier', 'Ouvrir un document', 'Copier'],
		['de', 'Datei', 'Dokument öffnen', 'Kopieren'],
	] as const)('speaks the words of the window in %s', (language, ...expected) => {
		const labels = itemsOf(menuTemplate(windowWords(language), onLinux, () => {})).map(({ label }) => label);
		expect(labels).toEqual(expect.arrayContaining(expected));
	});

	it('tells the window each command once, and gives no key to two of them', () => {
		const told: MenuCommand[] = [];
		const items = itemsOf(menuTemplate(windowWords('en'), onLinux, (command) => told.push(command)));
		for (const { click } of items) if (typeof click === 'function') click();
		const keys = items.flatMap(({ accelerator }) => accelerator ?? []);
		expect(new Set(told).size).toBe(told.length);
		expect(new Set(keys).size).toBe(keys.length);
	});

	it('offers nothing that wants a network in a room without one', () => {
		const told: MenuCommand[] = [];
		const inside = { ...onLinux, offline: true };
		const items = itemsOf(menuTemplate(windowWords('en'), inside, (command) => told.push(command)));
		for (const { click } of items) if (typeof click === 'function') click();
		expect(told).toEqual(expect.arrayContaining(['room-open', 'room-seal']));
		expect(told).not.toContain('room-pack');
		expect(told).not.toContain('room-take-back');
	});

	it('has a word for everything but lines', () => {
		const items = itemsOf(menuTemplate(windowWords('nb'), onLinux, () => {}));
		expect(items.filter(({ label, type }) => !label && type !== 'separator')).toEqual([]);
	});

	it('leaves quitting to the application menu on a Mac', () => {
		const roles = itemsOf(menuTemplate(windowWords('en'), { ...onLinux, platform: 'darwin' }, () => {})).map(
			({ role }) => role,
		);
		expect(roles).toContain('appMenu');
		expect(roles).not.toContain('quit');
	});
});
