import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sampleContract } from '../../test/kit/sampleContract.ts';
import { type ReadingLimits, ReadingPool } from './readingPool.ts';

const folder = mkdtempSync(join(tmpdir(), 'paraph-reading-'));
const sound = { path: join(folder, 'contract.pdf'), password: undefined };
const hostile = { path: join(folder, 'hostile.pdf'), password: undefined };
let pool: ReadingPool;

const start = (limits: Partial<ReadingLimits> = {}): ReadingPool => {
	pool = new ReadingPool(limits);
	return pool;
};

beforeAll(async () => {
	writeFileSync(sound.path, await sampleContract());
	writeFileSync(hostile.path, manyFields(60_000));
});
afterEach(() => pool.close());
afterAll(() => rmSync(folder, { recursive: true }));

describe('a document that is read in a thread', () => {
	it('is described as plain data', async () => {
		expect(await start().run('describeDocument', sound)).toMatchObject({ pages: 2, locked: false, signatureCount: 0 });
	});

	it('leaves the host free to answer meanwhile', async () => {
		const reading = start().run('describeDocument', hostile);
		let longest = 0;
		let last = performance.now();
		const beat = setInterval(() => {
			longest = Math.max(longest, performance.now() - last);
			last = performance.now();
		}, 10);
		expect(await reading).toMatchObject({ pages: 1 });
		clearInterval(beat);
		expect(longest).toBeLessThan(500);
	});

	it('is refused with the code of what is wrong with it', async () => {
		const path = join(folder, 'notes.pdf');
		writeFileSync(path, 'no PDF at all');
		await expect(start().run('describeDocument', { path, password: undefined })).rejects.toMatchObject({
			code: 'not-a-pdf',
		});
	});

	it.each([
		['takes too long', { time: 400 }, 'reading-too-long'],
		['takes too much memory', { memory: 40 }, 'reading-too-large'],
	] as const)('is given up when it %s, and the next one is read', async (_what, limits, code) => {
		start(limits);
		await expect(pool.run('describeDocument', hostile)).rejects.toMatchObject({ code, subject: 'hostile.pdf' });
		expect(await pool.run('describeDocument', sound)).toMatchObject({ pages: 2 });
	});

	it('keeps nobody else waiting', async () => {
		start();
		const order: string[] = [];
		await Promise.all([
			pool.run('describeDocument', hostile).then(() => order.push('hostile')),
			pool.run('describeDocument', sound).then(() => order.push('sound')),
		]);
		expect(order).toEqual(['sound', 'hostile']);
	});

	it('is refused, not forgotten, when the host ends', async () => {
		start();
		const all = Promise.allSettled(Array.from({ length: 4 }, () => pool.run('describeDocument', hostile)));
		await pool.close();
		for (const one of await all) expect(one).toMatchObject({ status: 'rejected', reason: { code: 'reading-failed' } });
	});

	it('is refused when the host has ended', async () => {
		await start().close();
		await expect(pool.run('describeDocument', sound)).rejects.toMatchObject({ code: 'reading-failed' });
	});
});

/** One page, no cross-reference table, and signature fields without end: small on disk, much work. */
function manyFields(count: number): string {
	const numbers = Array.from({ length: count }, (_none, index) => index + 10);
	return [
		'%PDF-1.7',
		`1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[${numbers.map((one) => `${one} 0 R`).join(' ')}]>>>>endobj`,
		'2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
		'3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj',
		...numbers.map((one) => `${one} 0 obj<</FT/Sig/T(f${one})/Subtype/Widget/Rect[0 0 1 1]>>endobj`),
		'trailer<</Root 1 0 R>>\n%%EOF\n',
	].join('\n');
}
