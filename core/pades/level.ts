/** The baseline levels of EN 319 142-1 §6. */
export type Level = 'b-b' | 'b-t' | 'b-lt' | 'b-lta';

export const levels: readonly Level[] = ['b-b', 'b-t', 'b-lt', 'b-lta'];

export const isLevel = (text: string): text is Level => levels.some((level) => level === text);

/** Whether `level` gives everything that `wanted` does. */
export const reaches = (level: Level, wanted: Level): boolean => levels.indexOf(level) >= levels.indexOf(wanted);

/** What is still to be added to come from one level to another, in order. */
export type Pending = 'signature-timestamp' | 'validation-data' | 'document-timestamp';

const additions: Readonly<Record<Level, readonly Pending[]>> = {
	'b-b': [],
	'b-t': ['signature-timestamp'],
	'b-lt': ['signature-timestamp', 'validation-data'],
	'b-lta': ['signature-timestamp', 'validation-data', 'document-timestamp'],
};

/** What `extend` must add to a signature at `reached` to make it one at `wanted`. */
export const pendingBetween = (reached: Level, wanted: Level): readonly Pending[] =>
	additions[wanted].slice(additions[reached].length);
