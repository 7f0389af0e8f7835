import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import { droppedFiles } from './droppedFiles.ts';

/**
 * A file dropped anywhere opens. While files are dragged over the window a layer lies over everything, the frame of
 * the pages too, which would otherwise take the drop.
 */
export function useFileDrop(dropped: (files: readonly File[]) => void) {
	const [over, setOver] = useState(false);
	const latest = useRef(dropped);
	useEffect(() => {
		latest.current = dropped;
	});
	const enter = useCallback(() => setOver(true), []);
	useEffect(() => {
		const entered = (event: globalThis.DragEvent) => {
			if (event.dataTransfer?.types.includes('Files')) setOver(true);
		};
		// Without this a file that misses the layer would replace the window.
		const refused = (event: Event) => event.preventDefault();
		document.addEventListener('dragenter', entered);
		document.addEventListener('dragover', refused);
		document.addEventListener('drop', refused);
		return () => {
			document.removeEventListener('dragenter', entered);
			document.removeEventListener('dragover', refused);
			document.removeEventListener('drop', refused);
		};
	}, []);
	const target = {
		onDragOver: (event: DragEvent) => event.preventDefault(),
		onDragLeave: () => setOver(false),
		onDrop(event: DragEvent) {
			event.preventDefault();
			setOver(false);
			void droppedFiles(event.dataTransfer).then((files) => latest.current(files));
		},
	};
	return { over, enter, target };
}
