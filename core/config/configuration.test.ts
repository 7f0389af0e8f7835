import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Configuration } from './configuration.ts';

/** A machine whose files hold these; ProgramData lets the machine's file lie in a folder of the test. */
function machine(files: { machine?: object; user?: object; named?: object }) {
	const root = mkdtempSync(join(tmpdir(), 'paraph-config-'));
	const put = (folder: string, value: object | undefined): void => {
		mkdirSync(join(root, folder, 'Paraph'), { recursive: true });
		if (value) writeFileSync(join(root, folder, 'Paraph', 'config.json'), JSON.stringify(value));
	};
	put('machine', files.machine);
	put('user', files.user);
	put('named', files.named);
	return {
		env: { ProgramData: join(root, 'machine'), APPDATA: join(root, 'user') },
		platform: 'win32' as const,
		...(files.named ? { named: join(root, 'named', 'Paraph', 'config.json') } : {}),
	};
}

describe('the configuration', () => {
	it('takes the strongest source and tells which it was', () => {
		const place = machine({
			machine: { level: 'b-t', digest: 'sha384' },
			user: { level: 'b-lt' },
			named: { level: 'b-b' },
		});
		const configuration = Configuration.load(place);
		expect(configuration.stated('level')).toEqual({ value: 'b-b', source: place.named, locked: false });
		expect(configuration.get('digest')).toBe('sha384');
		expect(configuration.stated('pkcs12').source).toBe('default');
	});

	it('lets nobody override what the machine locks', () => {
		const place = machine({
			machine: { locked: { network: { allowLocal: false } } },
			user: { network: { allowLocal: true } },
		});
		const configuration = Configuration.load(place);
		expect(configuration.get('network.allowLocal')).toBe(false);
		expect(() => configuration.with('network.allowLocal', true, 'option --x')).toThrow(
			expect.objectContaining({ code: 'config-locked' }),
		);
	});

	it.each([
		[{ levle: 'b-b' }, "'levle' is not a setting"],
		[{ level: 'b-x' }, "'level' must be one of"],
		[{ network: { alowLocal: true } }, "'network.alowLocal' is not a setting"],
		[{ tsa: ['ftp://tsa.example'] }, "'tsa' must be"],
	])('refuses %j', (user, message) => {
		expect(() => Configuration.load(machine({ user }))).toThrow(message);
	});

	it('takes local services beside the other settings of the network as well', () => {
		const configuration = Configuration.load(machine({ user: { network: { localServices: ['127.0.0.1:8080'] } } }));
		expect(configuration.get('localServices')).toEqual(['127.0.0.1:8080']);
	});

	it('refuses a named file that does not exist', () => {
		expect(() => Configuration.load({ env: {}, named: '/nowhere/config.json' })).toThrow(
			expect.objectContaining({ code: 'config-unreadable' }),
		);
	});
});
