import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { missingEntries } from './lockfile.ts';

const lockFile = new URL('../package-lock.json', import.meta.url);

it('finds package-lock.json complete (else: node build/lockfile.ts)', () => {
	expect([...missingEntries(JSON.parse(readFileSync(lockFile, 'utf8')).packages).keys()]).toEqual([]);
});

it('names the packages of other platforms that an installation left out', () => {
	const packages = {
		'node_modules/tool': {
			version: '1.0.0',
			dev: true,
			optionalDependencies: {
				'tool-linux-x64-gnu': '1.0.0',
				'tool-linux-arm64-musl': '1.0.0',
				'tool-darwin-arm64': '1.0.0',
			},
		},
		'node_modules/tool-linux-x64-gnu': { version: '1.0.0' },
	};
	expect(Object.fromEntries(missingEntries(packages))).toEqual({
		'node_modules/tool-linux-arm64-musl': {
			...{ version: '1.0.0', dev: true, optional: true },
			...{ os: ['linux'], cpu: ['arm64'], libc: ['musl'] },
		},
		'node_modules/tool-darwin-arm64': {
			...{ version: '1.0.0', dev: true, optional: true },
			...{ os: ['darwin'], cpu: ['arm64'] },
		},
	});
});
