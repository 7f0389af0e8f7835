import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOutput, copyOutput, OutputFile } from './outputFile.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'paraph-output-'));
const text = (value: string): Uint8Array => Buffer.from(value);

describe('an output', () => {
	it('appears whole, under its name alone', async () => {
		const dir = folder();
		const output = new OutputFile(join(dir, 'out.pdf'), 'never');
		await output.write(text('input'), [text(' and'), text(' more')]);
		expect(existsSync(output.path)).toBe(false);
		output.commit();
		expect(readFileSync(output.path, 'utf8')).toBe('input and more');
		expect(readdirSync(dir)).toEqual(['out.pdf']);
	});

	it('never replaces a file that someone made in the meantime', async () => {
		const output = new OutputFile(join(folder(), 'out.pdf'), 'never');
		await output.write(text('ours'), []);
		writeFileSync(output.path, 'theirs');
		expect(() => output.commit()).toThrow(expect.objectContaining({ code: 'output-exists' }));
		expect(readFileSync(output.path, 'utf8')).toBe('theirs');
	});

	it('leaves nothing behind when it is discarded', async () => {
		const dir = folder();
		const output = new OutputFile(join(dir, 'out.pdf'), 'never');
		await output.write(text('half'), []);
		await output.discard();
		expect(readdirSync(dir)).toEqual([]);
	});

	it('appends to the copy of a read-only input', async () => {
		const dir = folder();
		writeFileSync(join(dir, 'in.pdf'), 'input');
		chmodSync(join(dir, 'in.pdf'), 0o444);
		const output = new OutputFile(join(dir, 'out.pdf'), 'never');
		output.beginCopy(join(dir, 'in.pdf'));
		await output.write(undefined, [text(' more')]);
		output.commit();
		expect(readFileSync(output.path, 'utf8')).toBe('input more');
	});

	it('keeps the mode of the file that it replaces in place', async () => {
		const path = join(folder(), 'in.pdf');
		writeFileSync(path, 'input');
		chmodSync(path, 0o640);
		const output = new OutputFile(path, 'in-place');
		await output.write(text('input'), [text(' more')]);
		output.commit();
		expect(statSync(path).mode & 0o777).toBe(0o640);
	});

	it('copied over another file takes its place whole', async () => {
		const dir = folder();
		const [from, to] = [join(dir, 'from.pdf'), join(dir, 'to.pdf')];
		writeFileSync(from, 'new');
		writeFileSync(to, 'much longer and old');
		await copyOutput(from, to);
		expect(readFileSync(to, 'utf8')).toBe('new');
		await expect(copyOutput(join(dir, 'gone.pdf'), to)).rejects.toMatchObject({ code: 'ENOENT' });
		expect(readFileSync(to, 'utf8')).toBe('new');
		expect(readdirSync(dir).toSorted()).toEqual(['from.pdf', 'to.pdf']);
	});

	it('is refused before anything is tried where it exists, or is the input', () => {
		const dir = folder();
		const [input, other] = [join(dir, 'in.pdf'), join(dir, 'other.pdf')];
		writeFileSync(input, 'input');
		writeFileSync(other, 'other');
		expect(() => checkOutput(input, other, 'never', 0)).toThrow(expect.objectContaining({ code: 'output-exists' }));
		expect(() => checkOutput(input, input, 'force', 0)).toThrow(expect.objectContaining({ code: 'output-is-input' }));
	});
});
