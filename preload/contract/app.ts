/** What the window is told of the program it belongs to. */

export interface AppInfo {
	readonly version: string;
	readonly host: 'electron' | 'loopback';
	readonly platform: 'linux' | 'darwin' | 'win32';
	/** `listing`: the window shows a chooser of its own over `documents.listing`. */
	readonly chooser: 'dialog' | 'listing';
	/** Whether `documents.reveal` can do something here. */
	readonly canReveal: boolean;
	/** Test anchors are trusted: a TEST banner stays in view. */
	readonly testProfile: boolean;
	/** The page in which pdf.js runs, of an origin of its own, without this bridge. */
	readonly frameUrl: string;
}

/** What the menu and its accelerators can ask of the window. */
export type MenuCommand =
	| 'open'
	| 'sign-several'
	| 'sign-folder'
	| 'close'
	| 'room-pack'
	| 'room-take-back'
	| 'room-open'
	| 'room-seal'
	| 'sign'
	| 'save-as'
	| 'print'
	| 'find'
	| 'zoom-in'
	| 'zoom-out'
	| 'zoom-reset'
	| 'toggle-thumbnails'
	| 'command-palette'
	| 'show-documents'
	| 'show-inbox'
	| 'show-tokens'
	| 'show-settings';
