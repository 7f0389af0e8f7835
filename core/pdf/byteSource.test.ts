import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { AppendedSource, type ByteSource, BytesSource, FileSource, PrefixSource } from './byteSource.ts';

const directory = mkdtempSync(join(tmpdir(), 'paraph-source-'));
const path = join(directory, 'bytes');
// Several blocks of the file source, and no multiple of one.
const bytes = Buffer.from(Array.from({ length: 700_001 }, (_, index) => (index * 7919) & 0xff));
writeFileSync(path, bytes);
const file = FileSource.open(path);
afterAll(() => {
	file.close();
	rmSync(directory, { recursive: true });
});

const SOURCES: readonly (readonly [string, ByteSource, Buffer])[] = [
	['bytes', new BytesSource(bytes), bytes],
	['a file', file, bytes],
	['a prefix of a file', new PrefixSource(file, 300_000), bytes.subarray(0, 300_000)],
	[
		'a file with an update',
		new AppendedSource(file, Buffer.from('update')),
		Buffer.concat([bytes, Buffer.from('update')]),
	],
];

describe.each(SOURCES)('%s', (_, source, expected) => {
	const place = fc.nat(expected.length + 10);

	it('gives the bytes that are there, and none past the end', () => {
		expect(source.size).toBe(expected.length);
		fc.assert(
			fc.property(place, fc.nat(600_000), (offset, length) => {
				expect(expected.subarray(offset, offset + length).equals(source.read(offset, length))).toBe(true);
			}),
		);
	});

	it('opens windows of the size that was asked for, or larger ones', () => {
		fc.assert(
			fc.property(place, fc.nat(600_000), (offset, minimum) => {
				const window = source.window(offset, minimum);
				expect(window.length).toBeGreaterThanOrEqual(Math.min(minimum, Math.max(0, expected.length - offset)));
				expect(expected.subarray(offset, offset + window.length).equals(window)).toBe(true);
			}),
		);
	});
});

it('says which file cannot be opened', () => {
	const missing = join(directory, 'missing.pdf');
	expect(() => FileSource.open(missing)).toThrow(
		expect.objectContaining({ code: 'file-unreadable', subject: missing }),
	);
	expect(() => FileSource.open(directory)).toThrow(expect.objectContaining({ code: 'file-unreadable' }));
});
