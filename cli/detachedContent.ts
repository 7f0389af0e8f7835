import { existsSync } from 'node:fs';

/** `contract.pdf.p7s` and `contract.pdf-extended.p7s` are over `contract.pdf`, unless told otherwise. */
export function contentOf(file: string, given: string | undefined): string | undefined {
	if (given !== undefined || !/\.p7s$/i.test(file)) return given;
	const named = file.replace(/\.p7s$/i, '');
	return existsSync(named) ? named : named.replace(/-extended$/, '');
}
