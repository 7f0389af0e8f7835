/** Settings, and which of them can be changed. */

import { z } from 'zod';
import type { TrustId } from './identifiers.ts';
import { level, note } from './signing.ts';

const language = z.enum(['system', 'en', 'nb', 'fr', 'de']);
const theme = z.enum(['system', 'light', 'dark']);
const httpAddress = z.url({ protocol: /^https?$/ }).max(2048);

/** Each may be left out: then it stays as it is. */
export const settingsChange = z
	.strictObject({
		language,
		theme,
		/** Tried in this order. */
		timestampServers: z.array(z.strictObject({ url: httpAddress })).max(16),
		level,
		/** This computer never uses the network, whatever is pressed: it stands in a room without one. */
		offline: z.boolean(),
		/** Whether checking someone's file may ask the network: each time, always, never. */
		onlineChecks: z.enum(['ask', 'always', 'never']),
		remembered: z.strictObject({
			reason: note.nullable(),
			location: note.nullable(),
			/** SHA-256 of the certificate chosen last. */
			certificate: z.string().max(64).nullable(),
		}),
		thumbnails: z.boolean(),
		/** Whether the desktop tells that a posting waits, or that one of the person's own is completed. */
		notices: z.boolean(),
	})
	.partial();
export type SettingsChange = z.infer<typeof settingsChange>;
export type SettingName = keyof SettingsChange;

export type Settings = { readonly [Name in SettingName]-?: Exclude<SettingsChange[Name], undefined> } & {
	/** Fixed by the machine's configuration: shown, and not to be changed. */
	readonly locked: readonly SettingName[];
	readonly trust: readonly {
		readonly id: TrustId;
		readonly name: string;
		/** Where it comes from, for people. */
		readonly source: string;
		readonly test: boolean;
		readonly removable: boolean;
	}[];
};
