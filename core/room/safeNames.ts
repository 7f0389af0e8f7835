import { unseenCharacter, visibleText } from '../ports/visibleText.ts';
import { RoomError } from './roomError.ts';

/** Bytes of UTF-8: what the file systems in use take. */
const maximumLength = 255;

/** Separators and what Windows gives a meaning to. */
const meaningful = /[/\\:*?"<>|]/;

const device = /^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\.|$)/i;

/**
 * Refuses names that are anything but the plain name of one file, here or on another system.
 *
 * @throws {RoomError} `name-unsafe`, `name-duplicate` (names that differ in case or composition alone).
 */
export function checkNames(names: readonly string[]): void {
	const seen = new Map<string, string>();
	for (const name of names) {
		const fault = faultOf(name);
		if (fault !== undefined)
			throw new RoomError('name-unsafe', `${visible(name)} ${fault}`, { subject: visible(name) });
		const folded = name.normalize('NFKC').toLowerCase();
		const other = seen.get(folded);
		if (other !== undefined)
			throw new RoomError('name-duplicate', `${visible(other)} and ${visible(name)} are one name to some systems`, {
				subject: name,
			});
		seen.set(folded, name);
	}
}

function faultOf(name: string): string | undefined {
	if (name === '' || name === '.' || name === '..') return 'is no file name';
	if (Buffer.byteLength(name, 'utf8') > maximumLength) return 'is too long a name';
	if (unseenCharacter.test(name)) return 'has characters that are not seen';
	if (meaningful.test(name)) return 'has characters that lead elsewhere';
	if (name.startsWith('.') || /[. ]$/.test(name) || name.startsWith(' ')) return 'begins or ends so that it hides';
	if (device.test(name)) return 'is the name of a device';
	return undefined;
}

/** The name in quotes, what is not seen written out. */
const visible = (name: string): string => `'${visibleText(name.slice(0, maximumLength))}'`;
