import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LARGE } from './content.ts';
import { Draft } from './draft.ts';
import { OutputFile } from './outputFile.ts';

let folder: string;
let input: string;
const added = Buffer.from('added');
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'paraph-draft-'));
	input = join(folder, 'large.pdf');
	writeFileSync(input, Buffer.alloc(LARGE, 'a'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a large file', () => {
	/** Adds to the file, which something happens to before it is written. */
	async function write(happening: () => void): Promise<void> {
		const draft = Draft.open(input, { digest: 'sha256' });
		const output = new OutputFile(join(folder, 'out.pdf'), 'never');
		try {
			output.beginCopy(input);
			await draft.inputDigest();
			draft.append(added);
			happening();
			await draft.write(output);
			output.commit();
		} finally {
			await output.discard();
			draft.close();
		}
	}

	it('is copied, with what was added at its end', async () => {
		await write(() => undefined);
		expect(readFileSync(join(folder, 'out.pdf')).equals(Buffer.concat([readFileSync(input), added]))).toBe(true);
	});

	it.each([
		['somebody wrote to it', () => appendFileSync(input, 'more')],
		['it was replaced', () => renameSync(join(folder, 'other.pdf'), input)],
		['it is gone', () => rmSync(input)],
	])('is not signed when %s meanwhile', async (_what, happening) => {
		writeFileSync(join(folder, 'other.pdf'), Buffer.alloc(LARGE, 'b'));
		await expect(write(happening)).rejects.toMatchObject({ code: 'document-changed' });
		expect(readdirSync(folder)).not.toContain('out.pdf');
	});
});
