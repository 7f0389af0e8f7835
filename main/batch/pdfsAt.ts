import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** The file itself, or the PDFs directly in the folder, by name. */
export async function pdfsAt(path: string): Promise<readonly string[]> {
	const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
		if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
		throw error;
	});
	if (!entries) return [path];
	return entries
		.filter((entry) => entry.isFile() && !entry.name.startsWith('.') && extname(entry.name).toLowerCase() === '.pdf')
		.map((entry) => join(path, entry.name))
		.sort(byName);
}

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' }).compare;
