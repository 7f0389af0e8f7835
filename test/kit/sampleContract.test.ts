import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleContract } from './sampleContract.ts';

const directory = mkdtempSync(join(tmpdir(), 'paraph-contract-'));
const file = join(directory, 'contract.pdf');
beforeAll(async () => writeFileSync(file, await sampleContract()));
afterAll(() => rmSync(directory, { recursive: true }));

const run = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' });

it('has two pages of text that can be read out', () => {
	expect(run('pdfinfo', file)).toMatch(/^Pages:\s+2$/m);
	const text = run('pdftotext', file, '-');
	expect(text).toContain('Framework agreement on consulting');
	expect(text).toContain('Fjord & Sønner AS');
	expect(text).toContain('For the Supplier');
});

it('is sound, its fonts embedded', () => {
	expect(run('qpdf', '--check', file)).toContain('No syntax or stream encoding errors found');
	const fonts = run('pdffonts', file).trim().split('\n').slice(2);
	expect(fonts).toHaveLength(3);
	for (const font of fonts) expect(font).toMatch(/\syes\s+(?:yes|no)\s+yes\s/);
});

it('is the same bytes each time', async () => {
	expect(await sampleContract()).toEqual(await sampleContract());
});
