/** What the desk outside wishes for the signatures inside, as options of `paraph sign`: a bundle carries them so. */
import type { BatchWish, MarkPlace } from '../../preload/contract.ts';

/** A corner is another rectangle on each page: it is left to whoever signs. */
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
		case 'corner':
			return [];
		case 'rectangle': {
			const { x, y, width, height } = place.rectangle;
			return [`--visible=${place.page}:${x},${y},${width},${height}`];
		}
		case 'field':
			return place.name === null ? [] : [`--field=${place.name}`];
		case 'text':
			return [`--at-text=${place.text}`];
	}
}

/** What can be understood of the options; the rest is for whoever signs to decide. */
export function wishOf(options: readonly string[]): Partial<Pick<BatchWish, 'place' | 'reason' | 'location'>> {
	const value = (name: string): string | undefined =>
		options.find((option) => option.startsWith(`--${name}=`))?.slice(name.length + 3);
	const [reason, location, field, text] = ['reason', 'location', 'field', 'at-text'].map(value);
	const place = rectangleOf(value('visible')) ?? fieldOf(field) ?? textOf(text);
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

const fieldOf = (name: string | undefined): MarkPlace | undefined =>
	name === undefined ? undefined : { kind: 'field', name };

const textOf = (text: string | undefined): MarkPlace | undefined =>
	text === undefined ? undefined : { kind: 'text', text, occurrence: 1, side: 'right' };
