import type { AppInfo, Events, PostingNotice, Saved } from '../preload/contract.ts';

/**
 * What differs between the two hosts, for the handlers, which are the same in both.
 *
 * Electron has dialogs and a file manager; the loopback host has a chooser in the window and downloads.
 */
export interface Host {
	readonly info: Pick<AppInfo, 'host' | 'chooser' | 'canReveal' | 'frameUrl'>;
	/** Tells every window. */
	tell<Name extends keyof Events>(name: Name, value: Events[Name]): void;
	/** @returns paths; none when the person cancelled. Only where `info.chooser` is `dialog`. */
	chooseFiles(): Promise<readonly string[]>;
	/** The same for one folder; undefined when the person cancelled. */
	chooseFolder(): Promise<string | undefined>;
	/** Lets the person keep a copy of this file, proposing a name. */
	keepCopy(path: string, name: string): Promise<Saved>;
	/** Shows it on the desktop, unless the person is looking at the window. */
	notify(notice: PostingNotice): void;
	/** Only where `info.canReveal`. */
	reveal(path: string): Promise<void>;
}
