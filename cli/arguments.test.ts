import { describe, expect, it } from 'vitest';
import { parseArguments } from './arguments.ts';
import { namedServers } from './timestampServers.ts';

const table = { json: 'flag', out: 'text', tsa: 'texts', 'tsa-auth-env': 'texts', offset: 'text' } as const;

describe('a command line', () => {
	it('gives every option of the table a value', () => {
		const { options, files } = parseArguments(['a.pdf', '--tsa', 'http://x', '--', '--json'], table);
		expect(options).toEqual({
			json: false,
			out: undefined,
			tsa: ['http://x'],
			'tsa-auth-env': [],
			offset: undefined,
		});
		expect(files).toEqual(['a.pdf', '--json']);
	});

	it('takes a negative number for a value', () => {
		expect(parseArguments(['--offset', '-5,10'], table).options.offset).toBe('-5,10');
	});

	it.each([
		[['--colour', 'red'], 'colour'],
		[['--out'], 'out'],
		[['--out', 'a', '--out', 'b'], 'given twice'],
		[['--json=yes'], 'json'],
	])('refuses %j', (args, message) => {
		expect(() => parseArguments(args, table)).toThrow(message);
	});

	it('gives each timestamp authority what follows it', () => {
		const { order } = parseArguments(['--tsa', 'http://a', '--tsa', 'http://b', '--tsa-auth-env', 'B'], table);
		expect(namedServers(order)).toEqual([
			expect.objectContaining({ url: 'http://a', authEnv: undefined }),
			expect.objectContaining({ url: 'http://b', authEnv: 'B' }),
		]);
	});
});
