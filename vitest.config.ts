import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	test: {
		include: ['**/*.test.ts', '**/*.test.tsx'],
		exclude: ['node_modules', 'dist', 'out', 'test/e2e/**'],
		globalSetup: 'test/kit/homes.ts',
		// Most of the time is spent waiting: for cards, drivers, servers.
		maxWorkers: Math.max(2, availableParallelism() - 1),
		testTimeout: 30_000,
		// Some things are there once on a machine, and waited for in a hook: the reader for cards.
		hookTimeout: 300_000,
		// Cards, drivers and servers are processes: on a machine that stalls, one may be late once. A retry is told.
		retry: process.env['CI'] ? 1 : 0,
	},
});
