import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';

/** Beside the input, `NAME-signed.pdf`, or the first of `NAME-signed-2.pdf`, … that is free. Nothing is overwritten. */
export function outputPath(input: string): string {
	const extension = extname(input);
	const name = basename(input, extension).replace(/-signed(-\d+)?$/, '');
	for (let count = 1; ; count++) {
		const path = join(dirname(input), `${name}-signed${count === 1 ? '' : `-${count}`}${extension || '.pdf'}`);
		if (!existsSync(path)) return path;
	}
}
