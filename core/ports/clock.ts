/** The time now. Tests hand in their own; everything else the system's. */
export interface Clock {
	now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
