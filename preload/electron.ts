/** The preload script of Electron's window: hands the bridge to the page, and nothing else of Electron. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { bridgeOver } from './bridge.ts';

const bridge = bridgeOver({
	ask: (verb, argument) => ipcRenderer.invoke('ask', verb, argument),
	// The path comes from the drop itself; the page never sees it and cannot name one.
	open: (file) => ipcRenderer.invoke('open', webUtils.getPathForFile(file)),
	addToBatch: (file) => ipcRenderer.invoke('add-to-batch', webUtils.getPathForFile(file)),
	pick: (file) => ipcRenderer.invoke('pick', webUtils.getPathForFile(file)),
	on(name, listener) {
		const told = (_event: unknown, toldName: string, value: Parameters<typeof listener>[0]) => {
			if (toldName === name) listener(value);
		};
		ipcRenderer.on('tell', told);
		return () => ipcRenderer.off('tell', told);
	},
});

contextBridge.exposeInMainWorld('paraph', bridge);
