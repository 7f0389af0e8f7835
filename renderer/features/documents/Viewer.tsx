import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, OpenDocument } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import type { FromFrame } from '../../frame/fromFrame.ts';
import type { Corner, Outline, Place, Spot, Zoom } from '../../frame/protocol.ts';
import { FrameLink } from './frameLink.ts';
import styles from './Viewer.module.css';

/** What one can ask of the pages while they are shown. */
export interface ViewerControls {
	go(page: number): void;
	show(spot: Spot): void;
	zoom(zoom: Zoom): void;
	find(query: string, again: 'next' | 'previous' | null): void;
	print(): void;
	stopPrinting(): void;
	/** Puts the mark into a corner of a page; the frame answers with `placed`. */
	placeInCorner(page: number, corner: Corner): void;
}

export interface MarkToPlace {
	/** `draw`: the person may draw, move and resize it; `fixed`: it is shown where it will be. */
	readonly mode: 'off' | 'draw' | 'fixed';
	readonly place: Place | null;
	/** A PDF of one page, the very thing that would be written. */
	readonly preview: Uint8Array<ArrayBuffer> | null;
}

/**
 * The pages of one document, drawn by pdf.js in a frame of its own origin. A new document gets a new frame (give the
 * component a `key`), so that nothing of one file can reach the next.
 */
export function Viewer(props: {
	readonly document: OpenDocument;
	readonly password: string | null;
	readonly thumbnails: boolean;
	readonly outlines: readonly Outline[];
	readonly mark: MarkToPlace;
	readonly told: (message: FromFrame) => void;
	readonly readFailed: (failure: Failure) => void;
	readonly ref: Ref<ViewerControls>;
}) {
	const { document, password, thumbnails, outlines, mark, told, readFailed, ref } = props;
	const { t, i18n } = useTranslation();
	const { bridge, info, theme } = useDesk();
	const frame = useRef<HTMLIFrameElement>(null);
	const [link, setLink] = useState<FrameLink | null>(null);
	const [ready, setReady] = useState(false);
	const listeners = useRef({ told, readFailed });
	useEffect(() => {
		listeners.current = { told, readFailed };
	});

	const connect = () => {
		if (!frame.current) return;
		link?.close();
		setReady(false);
		setLink(
			new FrameLink(frame.current, bridge, document, {
				told(message) {
					if (message.kind === 'ready') setReady(true);
					else listeners.current.told(message);
				},
				readFailed: (failure) => listeners.current.readFailed(failure),
			}),
		);
	};

	useEffect(() => {
		if (!link || !ready) return;
		const texts = {
			language: i18n.language,
			document: t('viewer.document', { name: document.name }),
			thumbnails: t('viewer.thumbnails'),
			page: t('viewer.page'),
			mark: t('viewer.mark'),
		};
		link.say({ kind: 'look', theme, texts });
	}, [link, ready, theme, document.name, t, i18n.language]);
	useEffect(() => {
		if (ready) link?.say({ kind: 'open', size: document.size, password });
	}, [link, ready, document, password]);
	useEffect(() => {
		if (ready) link?.say({ kind: 'thumbnails', shown: thumbnails });
	}, [link, ready, thumbnails]);
	useEffect(() => {
		if (ready) link?.say({ kind: 'outlines', outlines });
	}, [link, ready, outlines]);
	useEffect(() => {
		if (ready) link?.say({ kind: 'mark', mode: mark.mode, place: mark.place });
	}, [link, ready, mark.mode, mark.place]);
	useEffect(() => {
		if (ready) link?.say({ kind: 'preview', bytes: mark.preview });
	}, [link, ready, mark.preview]);
	useEffect(() => () => link?.close(), [link]);

	useImperativeHandle(
		ref,
		() => ({
			go: (page) => link?.say({ kind: 'go', page }),
			show: (spot) => link?.say({ kind: 'show', spot }),
			zoom: (zoom) => link?.say({ kind: 'zoom', zoom }),
			find: (query, again) => link?.say({ kind: 'find', query, again }),
			print: () => link?.say({ kind: 'print' }),
			stopPrinting: () => link?.say({ kind: 'stop-printing' }),
			placeInCorner: (page, corner) => {
				// Keys go to the mark next, and only the window may give the frame the keyboard for certain.
				frame.current?.focus();
				link?.say({ kind: 'corner', page, corner });
			},
		}),
		[link],
	);

	return (
		<div className={styles.viewer}>
			<iframe
				ref={frame}
				className={styles.frame}
				title={t('viewer.document', { name: document.name })}
				src={info.frameUrl}
				sandbox="allow-scripts allow-same-origin allow-modals"
				onLoad={connect}
			/>
		</div>
	);
}
