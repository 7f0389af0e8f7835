import { type IpcMainInvokeEvent, ipcMain, type WebContents } from 'electron';
import type { Events, OpenDocument, PickedFile, Reply } from '../../preload/contract.ts';
import { failureOf, RequestError } from '../failure.ts';
import type { Dispatch } from '../handlers/dispatch.ts';
import { originOf, windowOrigin } from './origins.ts';

/**
 * The only wrapper around Electron's IPC: questions and dropped files in, one kind of news out.
 *
 * A question counts only when the main frame of a window of ours asks it, from our own origin.
 *
 * @param dropped takes a file by the path that the preload script took from a drop.
 */
export function answerWindow(
	dispatch: Dispatch,
	dropped: {
		open(path: string): Promise<OpenDocument>;
		addToBatch(path: string): Promise<null>;
		pick(path: string): Promise<PickedFile>;
	},
): void {
	ipcMain.handle('ask', (event, verb: unknown, argument: unknown): Promise<Reply<unknown>> | Reply<unknown> => {
		if (!isOurWindow(event) || typeof verb !== 'string') return refused();
		return dispatch(verb, argument);
	});
	ipcMain.handle('open', (event, path: unknown) => answerDrop(event, path, dropped.open));
	ipcMain.handle('add-to-batch', (event, path: unknown) => answerDrop(event, path, dropped.addToBatch));
	ipcMain.handle('pick', (event, path: unknown) => answerDrop(event, path, dropped.pick));
}

async function answerDrop<Answer>(
	event: IpcMainInvokeEvent,
	path: unknown,
	take: (path: string) => Promise<Answer>,
): Promise<Reply<Answer>> {
	if (!isOurWindow(event) || typeof path !== 'string' || path === '') return refused();
	try {
		return { ok: true, value: await take(path) };
	} catch (error) {
		return { ok: false, error: failureOf(error) };
	}
}

export function tellWindow<Name extends keyof Events>(contents: WebContents, name: Name, value: Events[Name]): void {
	if (!contents.isDestroyed()) contents.send('tell', name, value);
}

function isOurWindow({ sender, senderFrame }: IpcMainInvokeEvent): boolean {
	return senderFrame !== null && senderFrame === sender.mainFrame && originOf(senderFrame.url) === windowOrigin;
}

function refused(): { readonly ok: false; readonly error: ReturnType<typeof failureOf> } {
	return { ok: false, error: failureOf(new RequestError('this page may not ask', 'sender')) };
}
