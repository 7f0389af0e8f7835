import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Columns } from './columns.ts';
import { openKeyFile, readKeyFile } from './tenantKey.ts';

describe('columns about people', () => {
	const columns = new Columns({ columns: randomBytes(32), index: randomBytes(32) });

	it('open in their own place alone', () => {
		const sealed = columns.seal({ name: 'Kari Nordmann' }, 'person:facts:1');
		expect(sealed.includes('Kari')).toBe(false);
		expect(columns.unseal(sealed, 'person:facts:1')).toEqual({ name: 'Kari Nordmann' });
		expect(() => columns.unseal(sealed, 'person:facts:2')).toThrow(expect.objectContaining({ code: 'sealed-damaged' }));
	});

	it('are found by a value however it is written, and tell nothing of it', () => {
		const index = columns.blindIndex('email', 'Kari@Example.org');
		expect(index).toMatch(/^[0-9a-f]{64}$/);
		expect(columns.blindIndex('email', ' kari@example.org ')).toBe(index);
		expect(columns.blindIndex('subject-serial', 'kari@example.org')).not.toBe(index);
		const others = new Columns({ columns: randomBytes(32), index: randomBytes(32) });
		expect(others.blindIndex('email', 'kari@example.org')).not.toBe(index);
	});
});

describe('a key file', () => {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-key-'));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it('is made once, for its owner alone', async () => {
		const path = join(folder, 'keys', 't.key');
		const wrapped = await openKeyFile(path).wrap(Buffer.from('key'), 'context');
		expect(statSync(path).mode & 0o777).toBe(0o600);
		expect((await openKeyFile(path).unwrap(wrapped, 'context')).toString()).toBe('key');
	});

	it('is refused when others may read it, or when it is no key', () => {
		const path = join(folder, 'open.key');
		writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 });
		chmodSync(path, 0o644);
		expect(() => readKeyFile(path)).toThrow(expect.objectContaining({ code: 'tenant-key-unreadable' }));
		const other = join(folder, 'other.key');
		writeFileSync(other, 'hello', { mode: 0o600 });
		expect(() => readKeyFile(other)).toThrow(expect.objectContaining({ code: 'tenant-key-unreadable' }));
		expect(() => readKeyFile(join(folder, 'none'))).toThrow(expect.objectContaining({ code: 'tenant-key-missing' }));
	});
});
