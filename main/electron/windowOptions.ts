import type { WebPreferences } from 'electron';

/** Each web preference that decides what a page may do, with its reason. Electron's defaults are stated, not relied on. */
const preferences = [
	['sandbox', true, 'a page that was taken over stays in its process'],
	['contextIsolation', true, 'the page cannot reach into the preload script'],
	['nodeIntegration', false, 'the page is a page'],
	['nodeIntegrationInSubFrames', false, 'the frame of pdf.js has no preload script and no bridge'],
	['nodeIntegrationInWorker', false, 'nor has its worker'],
	['webSecurity', true, 'the two origins stay apart'],
	['allowRunningInsecureContent', false, 'there is no network in the window at all'],
	['experimentalFeatures', false, 'nothing that is not yet looked at by many'],
	['webviewTag', false, 'no pages within the page'],
	['navigateOnDragDrop', false, 'a dropped file is opened, not gone to'],
	['spellcheck', false, 'nothing that is typed is looked up'],
	['safeDialogs', true, 'a page cannot keep asking'],
] as const satisfies readonly (readonly [keyof WebPreferences, boolean, string])[];

/** @param preload path of the built preload script. */
export function webPreferences(preload: string, devTools: boolean): WebPreferences {
	return { ...Object.fromEntries(preferences.map(([name, value]) => [name, value])), preload, devTools };
}
