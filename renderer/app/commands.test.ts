import { expect, it } from 'vitest';
import { languageOf } from '../../preload/language.ts';
import { commandOfKey, commands } from './commands.ts';

const pressed = (key: string, held: { shift?: boolean; meta?: boolean } = {}) => ({
	key,
	ctrlKey: !held.meta,
	metaKey: held.meta ?? false,
	shiftKey: held.shift ?? false,
});

it.each([
	['o', 'open'],
	['s', 'sign'],
	['f', 'find'],
	['p', 'print'],
	['k', 'command-palette'],
	['=', 'zoom-in'],
])('Ctrl %s runs %s', (key, command) => {
	expect(commandOfKey(pressed(key))).toBe(command);
	expect(commandOfKey(pressed(key, { meta: true }))).toBe(command);
});

it('tells Ctrl Shift S from Ctrl S', () => {
	expect(commandOfKey(pressed('S', { shift: true }))).toBe('save-as');
});

it('leaves typing alone', () => {
	expect(commandOfKey({ key: 's', ctrlKey: false, metaKey: false, shiftKey: false })).toBeNull();
});

it('gives no key to two commands', () => {
	const keys = commands.flatMap(({ key }) => (key === null ? [] : [key]));
	expect(new Set(keys).size).toBe(keys.length);
});

it.each([
	[['nn-NO', 'en'], 'nb'],
	[['pt-BR', 'fr-CA'], 'fr'],
	[['ja'], 'en'],
])('reads %j in %s', (preferred, language) => {
	expect(languageOf('system', preferred)).toBe(language);
});
