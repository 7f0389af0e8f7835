import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LARGE } from '../pades/content.ts';
import { HeadStart } from './headStart.ts';
import type { BatchItem } from './signBatch.ts';

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-head-start-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function itemOf(size: number): BatchItem {
	const file = join(folder, 'input.pdf');
	writeFileSync(file, Buffer.alloc(size));
	return {
		file,
		out: join(folder, 'output.pdf'),
		overwrite: 'never',
		level: 'b-b',
		password: undefined,
		options: () => ({ digest: 'sha256', signingTime: new Date() }),
	};
}

it('hands a large file over once, its copying begun', async () => {
	const item = itemOf(LARGE);
	await using headStart = new HeadStart(item);
	const begun = headStart.take(item);
	expect(headStart.take(item)).toBeUndefined();
	await begun?.draft.inputDigest();
	begun?.draft.append(Buffer.from('more'));
	if (begun) await begun.draft.write(begun.output);
	begun?.output.commit();
	begun?.draft.close();
	expect(readdirSync(folder).sort()).toEqual(['input.pdf', 'output.pdf']);
});

it('leaves nothing behind when the run ends before the file is signed', async () => {
	{
		await using headStart = new HeadStart(itemOf(LARGE));
		expect(headStart.take(itemOf(LARGE))).toBeUndefined();
	}
	expect(readdirSync(folder)).toEqual(['input.pdf']);
});

it.each([
	['small', () => itemOf(LARGE - 1)],
	['missing', () => ({ ...itemOf(1), file: join(folder, 'missing.pdf') })],
	['in the way of its own output', () => ({ ...itemOf(LARGE), out: join(folder, 'input.pdf') })],
])('begins nothing where the file is %s', async (_what, item) => {
	const one = item();
	await using headStart = new HeadStart(one);
	expect(headStart.take(one)).toBeUndefined();
});
