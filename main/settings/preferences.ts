import type { z } from 'zod';
import { settingsChange } from '../../preload/contract.ts';
import { readJsonFile, writeJsonFile } from './jsonFile.ts';

/** What is remembered for the window alone; everything the command line also heeds is in the configuration. */
const preferences = settingsChange
	.pick({ language: true, theme: true, onlineChecks: true, remembered: true, thumbnails: true, notices: true })
	.required();
export type Preferences = z.infer<typeof preferences>;

const fallback: Preferences = {
	language: 'system',
	theme: 'system',
	onlineChecks: 'ask',
	remembered: { reason: null, location: null, certificate: null },
	thumbnails: true,
	notices: false,
};

/** The preferences in a file of their own. What cannot be read there is as if it were not there. */
export class PreferencesFile {
	readonly #path: string;
	#current: Preferences;

	constructor(path: string) {
		this.#path = path;
		const read = preferences.safeParse({ ...fallback, ...readJsonFile(path) });
		this.#current = read.success ? read.data : fallback;
	}

	get current(): Preferences {
		return this.#current;
	}

	/** What is left out, or undefined, stays as it is. */
	change(changes: { readonly [Name in keyof Preferences]?: Preferences[Name] | undefined }): void {
		const stated = Object.entries(changes).filter(([, value]) => value !== undefined);
		this.#current = preferences.parse({ ...this.#current, ...Object.fromEntries(stated) });
		writeJsonFile(this.#path, this.#current);
	}
}
