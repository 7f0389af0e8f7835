import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, expect, it } from 'vitest';
import { createLogger, DailyFiles } from './logging.ts';

const folder = mkdtempSync(join(tmpdir(), 'paraph-logs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('writes a file a day, without what is secret or personal, and removes what is too old', async () => {
	let now = new Date('2026-11-26T23:59:00Z');
	writeFileSync(join(folder, '2026-08-20.log'), 'old');
	writeFileSync(join(folder, '2026-09-20.log'), 'not so old');
	writeFileSync(join(folder, 'notes.txt'), 'somebody’s');
	const files = new DailyFiles(folder, 90, () => now);
	const logger = createLogger(files);
	logger.info({ session: { token: 'geheim' }, person: { email: 'kari@example.org', id: '42' } }, 'first');
	logger.info(
		{ req: { method: 'GET', url: '/login/oidc/callback?code=geheim', id: '1', headers: { cookie: 'geheim' } } },
		'second',
	);
	await new Promise((resolve) => files.write('', resolve));
	now = new Date('2026-11-27T00:01:00Z');
	logger.error({ err: new Error('broken') }, 'third');
	files.end();
	await finished(files);
	expect(readdirSync(folder).sort()).toEqual(['2026-09-20.log', '2026-11-26.log', '2026-11-27.log', 'notes.txt']);
	const text = readFileSync(join(folder, '2026-11-26.log'), 'utf8');
	expect(text).toContain('"path":"/login/oidc/callback"');
	expect(text).toContain('"id":"42"');
	expect(text).not.toMatch(/geheim|kari@/);
	expect(readFileSync(join(folder, '2026-11-27.log'), 'utf8')).toContain('broken');
	expect(statSync(join(folder, '2026-11-26.log')).mode & 0o077).toBe(0);
});
