import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A search path on which no browser of this machine is found: the test follows the addresses that the window shows. */
export function noBrowser(): AsyncDisposable & { readonly path: string } {
	const folder = mkdtempSync(join(tmpdir(), 'paraph-bin-'));
	for (const name of ['xdg-open', 'open']) writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 });
	return {
		path: `${folder}:${process.env['PATH']}`,
		[Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
	};
}
