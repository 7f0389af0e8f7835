/** Outputs that could not all be written, found before the first signature. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Why an output cannot be: another input would become the same file, or it would replace another input. */
export type Clash =
	| { readonly kind: 'same-output'; readonly with: string }
	| { readonly kind: 'replaces-input'; readonly with: string };

/**
 * @param files each with its output; one and the same file as input and output is no clash here.
 * @returns those that clash, by their position.
 */
export function outputClashes(
	files: readonly { readonly file: string; readonly out: string }[],
): ReadonlyMap<number, Clash> {
	const place = placeOnDisk();
	const clashes = new Map<number, Clash>();
	const inputs = new Map(files.map(({ file }) => [place(file), file]));
	const outputs = new Map<string, string>();
	for (const [index, { file, out }] of files.entries()) {
		const at = place(out);
		const other = outputs.get(at);
		const input = inputs.get(at);
		if (other !== undefined) clashes.set(index, { kind: 'same-output', with: other });
		else if (input !== undefined && place(file) !== at) clashes.set(index, { kind: 'replaces-input', with: input });
		else outputs.set(at, file);
	}
	return clashes;
}

/** The same for every way to name one place: through links of folders, in another case where that makes no difference. */
function placeOnDisk(): (path: string) => string {
	const folders = new Map<string, string>();
	const ignoresCase = process.platform === 'win32' || process.platform === 'darwin';
	return (path) => {
		const folder = dirname(resolve(path));
		const real = folders.get(folder) ?? realFolder(folder);
		folders.set(folder, real);
		const whole = join(real, basename(path));
		return ignoresCase ? whole.normalize('NFC').toLowerCase() : whole;
	};
}

/** A folder that is still to be made is where it says. */
function realFolder(folder: string): string {
	try {
		return realpathSync(folder);
	} catch {
		return folder;
	}
}
