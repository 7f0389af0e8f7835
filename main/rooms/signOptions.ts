/** What the desk outside wishes for the signatures inside, as options of `paraph sign`: a bundle carries them so. */
import { readCorner, USUAL_SIZE } from '../../core/pades/cornerPlace.ts';
import type { Bundle } from '../../core/room/bundle.ts';
import type { BatchWish, MarkPlace } from '../../preload/contract.ts';
import { BELOW } from '../batch/markPlace.ts';

export function signOptionsOf({ place, reason, location }: Pick<BatchWish, 'place' | 'reason' | 'location'>): string[] {
	return [
		...placeOptions(place),
		...(reason === '' ? [] : [`--reason=${reason}`]),
		...(location === '' ? [] : [`--location=${location}`]),
	];
}

function placeOptions(place: MarkPlace): string[] {
	switch (place.kind) {
		case 'none':
			return [];
		case 'corner':
			return [`--visible=${place.page}:${place.corner}`];
		case 'rectangle': {
			const { x, y, width, height } = place.rectangle;
			return [`--visible=${place.page}:${x},${y},${width},${height}`];
		}
		case 'field':
			return place.name === null ? [] : [`--field=${place.name}`];
		case 'text':
			return [
				`--at-text=${place.text}#${place.occurrence}`,
				`--size=${USUAL_SIZE.width},${USUAL_SIZE.height}`,
				...(place.side === 'below' ? [`--offset=${BELOW.join(',')}`] : []),
			];
	}
}

/** What the window can do; what it cannot is told by {@link unmetOf}. */
const understood = ['visible', 'field', 'at-text', 'size', 'offset', 'reason', 'location'];

/** The options that only the command line can follow, as the sender wrote them, with the files they came with. */
export const unmetOf = ({ signOptions, enclosures }: Pick<Bundle, 'signOptions' | 'enclosures'>): readonly string[] => [
	...signOptions.filter((option) => !understood.includes(/^--([a-z-]+)/.exec(option)?.[1] ?? '')),
	...enclosures.map(({ option, name }) => `--${option}=${name}`),
];

/** What can be understood of the options. */
export function wishOf(options: readonly string[]): Partial<Pick<BatchWish, 'place' | 'reason' | 'location'>> {
	const value = (name: string): string | undefined =>
		options.find((option) => option.startsWith(`--${name}=`))?.slice(name.length + 3);
	const [reason, location, field, text] = ['reason', 'location', 'field', 'at-text'].map(value);
	const visible = value('visible');
	const place = rectangleOf(visible) ?? cornerOf(visible) ?? fieldOf(field) ?? textOf(text, value('offset'));
	return {
		...(place && { place }),
		...(reason !== undefined && { reason }),
		...(location !== undefined && { location }),
	};
}

function rectangleOf(text: string | undefined): MarkPlace | undefined {
	const found = /^(\d+|last):(-?[\d.]+),(-?[\d.]+),([\d.]+),([\d.]+)$/.exec(text ?? '');
	if (!found) return undefined;
	const [x = 0, y = 0, width = 0, height = 0] = found.slice(2).map(Number);
	return {
		kind: 'rectangle',
		page: found[1] === 'last' ? 'last' : Number(found[1]),
		rectangle: { x, y, width, height },
	};
}

function cornerOf(text: string | undefined): MarkPlace | undefined {
	const corner = readCorner(text ?? '');
	return corner && { kind: 'corner', ...corner };
}

const fieldOf = (name: string | undefined): MarkPlace | undefined =>
	name === undefined ? undefined : { kind: 'field', name };

/** `TEXT` or `TEXT#2`. An offset that the window does not offer comes nearest as below or beside. */
function textOf(option: string | undefined, offset: string | undefined): MarkPlace | undefined {
	const [, text, number] = /^(.+?)(?:#([1-9]\d{0,2}))?$/s.exec(option ?? '') ?? [];
	if (text === undefined) return undefined;
	const below = Number(offset?.split(',')[1] ?? 0) < 0;
	return { kind: 'text', text, occurrence: Number(number ?? 1), side: below ? 'below' : 'right' };
}
