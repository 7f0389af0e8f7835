import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PinnedFile, sha256Of } from './pinnedFile.ts';

let folder: string;
let path: string;
let file: PinnedFile;

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-pinned-'));
	path = join(folder, 'contract.pdf');
	writeFileSync(path, 'the contract as shown');
	file = await PinnedFile.open(path);
});

afterEach(async () => {
	await file.close();
	rmSync(folder, { recursive: true });
});

it('pins the digest of the bytes it was opened with', () => {
	expect(file.sha256).toBe(createHash('sha256').update('the contract as shown').digest('hex'));
	expect(file.size).toBe(21);
});

it('reads ranges, shorter ones at the end and none beyond it', async () => {
	expect(Buffer.from(await file.read(4, 8)).toString()).toBe('contract');
	expect(Buffer.from(await file.read(16, 100)).toString()).toBe('shown');
	expect(await file.read(21, 1)).toHaveLength(0);
	expect(await file.read(1e12, 1)).toHaveLength(0);
});

it('refuses to read on when the bytes were overwritten in place', async () => {
	writeFileSync(path, 'the contract as forged');
	await expect(file.read(0, 4)).rejects.toMatchObject({ code: 'document-changed', subject: 'contract.pdf' });
});

it('notices other bytes of the same length and time', async () => {
	const when = new Date('2026-01-01');
	utimesSync(path, when, when);
	await file.refuseIfChanged();
	writeFileSync(path, 'the contract as SHOWN');
	utimesSync(path, when, when);
	await expect(file.refuseIfChanged()).rejects.toMatchObject({ code: 'document-changed' });
});

it('refuses a file that was put in its place by rename', async () => {
	const other = join(folder, 'other');
	writeFileSync(other, 'something else');
	renameSync(other, path);
	await expect(file.refuseIfChanged()).rejects.toMatchObject({ code: 'document-changed' });
});

it('refuses when the file is gone', async () => {
	rmSync(path);
	await expect(file.read(0, 1)).rejects.toMatchObject({ code: 'document-changed' });
	await expect(file.refuseUnlessPinned()).rejects.toMatchObject({ code: 'document-changed' });
});

it('stays usable when the file was only touched, or restored as it was', async () => {
	utimesSync(path, new Date(), new Date());
	await file.refuseIfChanged();
	writeFileSync(path, 'something else for a while');
	writeFileSync(path, 'the contract as shown');
	expect(Buffer.from(await file.read(0, 3)).toString()).toBe('the');
});

it('opens no folder and no device', async () => {
	await expect(PinnedFile.open(folder)).rejects.toMatchObject({ code: 'not-a-file' });
	await expect(PinnedFile.open('/dev/null')).rejects.toMatchObject({ code: 'not-a-file' });
});

it('digests the first bytes of a file', async () => {
	expect(await sha256Of(path, 3)).toBe(createHash('sha256').update('the').digest('hex'));
	expect(await sha256Of(path, 0)).toBe(createHash('sha256').digest('hex'));
});
