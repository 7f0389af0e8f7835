import type { Level, SigningStage } from '../../../preload/contract.ts';

/** What signing to a level goes through, in order. */
export function stagesOf(level: Level): readonly SigningStage[] {
	return [
		'preparing',
		'token',
		...(level === 'b-b' ? [] : (['timestamp'] as const)),
		...(level === 'b-lt' || level === 'b-lta' ? (['proof'] as const) : []),
		...(level === 'b-lta' ? (['archive-timestamp'] as const) : []),
		'writing',
	];
}

const order: readonly Level[] = ['b-b', 'b-t', 'b-lt', 'b-lta'];

/** Whether one level promises less than another. */
export const isBelow = (level: Level, wanted: Level): boolean => order.indexOf(level) < order.indexOf(wanted);
