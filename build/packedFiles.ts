/** What of the project goes into the packaged app; sources, tests and tools stay at home. */

const packed = ['dist/main', 'dist/preload', 'dist/window', 'dist/frame', 'node_modules', 'package.json', 'LICENSE'];

/** Of each font family there are hundreds of files; marks are drawn with these (core/pades/appearance/markFonts.ts). */
const fontFile =
	/^node_modules\/@fontsource\/[^/]+(\/(files(\/[^/]+-400-normal\.woff)?|unicode\.json|package\.json|LICENSE))?$/;

/** npm's notes, and what the native binding was compiled from and by. */
const leftovers = /^node_modules\/(\.|pkcs11js\/(src|includes|build\/Release\/(obj\.target|\.deps))(\/|$))/;

/**
 * Whether a path is packed, or is a folder with something in it that is.
 *
 * @param path from the root of the project, beginning with a slash; empty for the root itself.
 */
export function isPacked(path: string): boolean {
	const wanted = path.slice(1);
	if (wanted.startsWith('node_modules/@fontsource/')) return fontFile.test(wanted);
	if (leftovers.test(wanted)) return false;
	return wanted === '' || packed.some((entry) => isWithin(wanted, entry) || isWithin(entry, wanted));
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
