import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { checkLayers } from './layers.ts';

const trees: string[] = [];
afterEach(() => {
	for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

/** A small project of these files. */
function plant(files: Readonly<Record<string, string>>): string {
	const tree = mkdtempSync(join(tmpdir(), 'paraph-layers-'));
	trees.push(tree);
	for (const [path, content] of Object.entries({ 'tsconfig.json': '{}', ...files })) {
		mkdirSync(dirname(join(tree, path)), { recursive: true });
		writeFileSync(join(tree, path), content);
	}
	return tree;
}

const exporting = 'export const value: number = 1;\n';
const importing = (path: string) => `import { value } from '${path}';\nexport const twice: number = value * 2;\n`;

it.each([
	['core/pdf/a.ts', 'core/pki/b.ts', 'core-pdf'],
	['core/pades/a.ts', 'main/b.ts', 'core-knows-no-host'],
	['renderer/a.ts', 'core/pdf/b.ts', 'renderer-knows-the-contract'],
	['native/a.ts', 'core/pades/b.ts', 'native-knows-ports-pki-and-ciphers'],
	['service/api/a.ts', 'main/b.ts', 'service-knows-core-and-native'],
	['main/a.ts', 'service/b.ts', 'service-is-no-library'],
	['main/a.ts', 'test/kit/b.ts', 'kit-is-for-tests-and-demo'],
])('catches %s importing %s', async (from, to, rule) => {
	const path = `${'../'.repeat(from.split('/').length - 1)}${to}`;
	const { violations } = await checkLayers(plant({ [from]: importing(path), [to]: exporting }));
	expect(violations).toContain(`${rule}: ${from} → ${to}`);
});

it('allows what the plan allows', async () => {
	const tree = plant({ 'core/cms/a.ts': importing('../pki/b.ts'), 'core/pki/b.ts': exporting });
	expect(await checkLayers(tree)).toEqual({ violations: [], unseen: [], seen: 2 });
});

it('catches a type imported where only the contract is known', async () => {
	const tree = plant({
		'renderer/a.ts': "import type { Value } from '../core/pdf/b.ts';\nexport type Twice = [Value, Value];\n",
		'core/pdf/b.ts': 'export type Value = number;\n',
	});
	expect((await checkLayers(tree)).violations).toContain('renderer-knows-the-contract: renderer/a.ts → core/pdf/b.ts');
});

it('catches a cycle', async () => {
	const tree = plant({
		'core/pdf/a.ts': "import { b } from './b.ts';\nexport const a = (): number => b();\n",
		'core/pdf/b.ts': "import { a } from './a.ts';\nexport const b = (): number => a();\n",
	});
	expect((await checkLayers(tree)).violations.some((line) => line.startsWith('no-cycles'))).toBe(true);
});

it('reads using declarations', async () => {
	const file =
		"import { value } from '../pki/b.ts';\nexport const twice = (): number => { using a = value; return 2; };\n";
	const tree = plant({ 'core/pdf/a.ts': file, 'core/pki/b.ts': exporting });
	expect((await checkLayers(tree)).violations).toEqual(['core-pdf: core/pdf/a.ts → core/pki/b.ts']);
});

it('does not call sound what it could not read', async () => {
	const report = checkLayers(plant({ 'core/pdf/a.ts': 'export const broken = {{{;\n' }));
	await expect(report).rejects.toThrow('dependency-cruiser failed');
});
