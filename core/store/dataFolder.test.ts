import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dataFolder } from './dataFolder.ts';

it.each([
	['linux', { HOME: '/h' }, join('/h', '.local', 'share', 'paraph')],
	['linux', { HOME: '/h', XDG_DATA_HOME: '/d' }, join('/d', 'paraph')],
	['darwin', { HOME: '/h' }, join('/h', 'Library', 'Application Support', 'Paraph')],
	['win32', { APPDATA: '/a' }, join('/a', 'Paraph')],
] as const)('keeps the data of %s where the system wants it (%o)', (platform, env, folder) => {
	expect(dataFolder(env, platform)).toBe(folder);
});
