/** One measured thing, as a ratio against a baseline of the same run: absolute times mean little on another machine. */
export interface Line {
	readonly what: string;
	readonly ratio: number;
	/** What the project aims at; never asserted, since machines differ. */
	readonly aim: string;
	readonly details: string;
}

export function printLine({ what, ratio, aim, details }: Line): void {
	console.log(`${ratio.toFixed(2).padStart(8)}  ${what} (aim ${aim})\n          ${details}`);
}
