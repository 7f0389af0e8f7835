import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, OpenDocument } from '../../../preload/contract.ts';
import { type CommandTable, commandOfKey, useCommands } from '../../app/commands.ts';
import { useDesk } from '../../app/desk.ts';
import type { OpenDocuments } from '../../app/useDocuments.ts';
import type { FromFrame } from '../../frame/fromFrame.ts';
import type { Spot } from '../../frame/protocol.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { save } from '../../ui/saved.ts';
import { SignaturesPanel } from '../signatures/SignaturesPanel.tsx';
import { useVerdict } from '../signatures/useVerdict.ts';
import { SigningSheet } from '../signing/SigningSheet.tsx';
import { useSigning } from '../signing/useSigning.ts';
import { concernsOf, noFaults, withFault } from './concerns.ts';
import styles from './DocumentView.module.css';
import { FindBar } from './FindBar.tsx';
import { outlinesOf } from './outlines.ts';
import { PrintProgress } from './PrintProgress.tsx';
import { Toolbar } from './Toolbar.tsx';
import { Unlock } from './Unlock.tsx';
import { Viewer, type ViewerControls } from './Viewer.tsx';

/** One document: its pages, and beside them its signatures or the signing of it. */
export function DocumentView(props: {
	readonly document: OpenDocument;
	readonly documents: OpenDocuments;
	readonly table: RefObject<CommandTable>;
	readonly shown: boolean;
	readonly open: () => void;
	readonly fileOver: () => void;
}) {
	const { document, documents, table, shown, open, fileOver } = props;
	const { t } = useTranslation();
	const { bridge, settings, changeSettings } = useDesk();
	const viewer = useRef<ViewerControls>(null);
	const [at, setAt] = useState({ page: 1, percent: 100 });
	const [pages, setPages] = useState(document.pages);
	const [drawn, setDrawn] = useState(false);
	const [faults, setFaults] = useState(noFaults);
	const [found, setFound] = useState<{ current: number; total: number } | null>(null);
	const [finding, setFinding] = useState(false);
	/** How many pages are drawn for printing. */
	const [printing, setPrinting] = useState<number | null>(null);
	const [side, setSide] = useState<'pages' | 'panel'>('pages');
	const [failure, setFailure] = useState<Failure | null>(null);
	const verdict = useVerdict(document);
	const signing = useSigning(document, (outcome) => documents.signed(document.handle, outcome));

	const { thumbnails } = settings;
	const startSigning = useCallback(() => {
		// Whoever was reading in the frame of the pages goes on in the panel.
		if (globalThis.document.activeElement instanceof HTMLIFrameElement) globalThis.document.activeElement.blur();
		signing.begin();
		setSide('panel');
	}, [signing.begin]);
	const saveAs = useCallback(
		async () => setFailure(await save(bridge.documents.saveAs({ handle: document.handle }))),
		[bridge, document.handle],
	);

	useEffect(
		() =>
			bridge.events.on('documentChanged', ({ handle }) => {
				if (handle === document.handle) setFailure(ownFailure('document-changed', document.name));
			}),
		[bridge, document],
	);

	const offered: CommandTable = useMemo(() => {
		if (!shown) return {};
		return {
			sign: document.signable.ok && !document.locked ? startSigning : undefined,
			'save-as': () => void saveAs(),
			print: () => viewer.current?.print(),
			find: () => setFinding(true),
			'zoom-in': () => viewer.current?.zoom('in'),
			'zoom-out': () => viewer.current?.zoom('out'),
			'zoom-reset': () => viewer.current?.zoom('page-width'),
			'toggle-thumbnails': () => void changeSettings({ thumbnails: !thumbnails }),
			close: () => documents.close(document.handle),
		};
	}, [shown, document, documents, startSigning, saveAs, changeSettings, thumbnails]);
	useCommands(table, offered);

	const told = (message: FromFrame) => {
		switch (message.kind) {
			case 'opened':
				setPages(message.pages);
				break;
			case 'failed':
				setFailure(ownFailure(`frame-${message.why}`, document.name));
				break;
			case 'at':
				setAt({ page: message.page, percent: message.percent });
				break;
			case 'found':
				setFound({ current: message.current, total: message.total });
				break;
			case 'placed':
				signing.placed({ page: message.page, rectangle: message.rectangle });
				setSide('panel');
				break;
			case 'not-drawn':
				setFaults((known) => withFault(known, message));
				break;
			case 'key': {
				if (message.key === 'Escape') return closeOne();
				const command = commandOfKey({ key: message.key, ctrlKey: true, metaKey: false, shiftKey: message.shift });
				if (command) table.current[command]?.();
				break;
			}
			case 'file-over':
				fileOver();
				break;
			case 'printing':
				setPrinting(message.drawn);
				break;
			case 'printed':
				setPrinting(null);
				if (message.failed) setFailure(ownFailure('not-printed', document.name));
				break;
			case 'drawn':
				setDrawn(true);
				break;
			case 'ready':
			case 'range':
			case 'picture':
				break;
		}
	};

	const closeOne = () => {
		if (finding) setFinding(false);
		else if (!signing.running) signing.end();
	};

	const reopen = async () => {
		const reply = await bridge.documents.reopen({ handle: document.handle });
		if (reply.ok) documents.replace(document.handle, reply.value);
		else setFailure(reply.error);
	};

	// What was just signed is looked at where it was signed.
	const justMade = documents.outcomeOf(document.handle) && verdict.reply?.ok ? verdict.reply.value.signatures : null;
	const newMark = justMade?.findLast(({ kind }) => kind === 'signature')?.mark ?? null;
	useEffect(() => {
		if (newMark && drawn) viewer.current?.show(newMark);
	}, [newMark, drawn]);

	const outlines = useMemo(
		() => outlinesOf(verdict.reply, signing.active ? document.emptyFields : [], t),
		[verdict.reply, signing.active, document.emptyFields, t],
	);
	const concerns = useMemo(() => concernsOf(document.concerns, faults), [document.concerns, faults]);
	const showSpot = (spot: Spot) => {
		setSide('pages');
		viewer.current?.show(spot);
	};

	return (
		<div className={styles.view}>
			<Toolbar
				document={document}
				pages={pages}
				at={at}
				thumbnails={thumbnails}
				finding={finding}
				side={side}
				setSide={setSide}
				commands={offered}
				open={open}
				go={(page) => viewer.current?.go(page)}
			/>
			<div className={styles.body} data-signing={signing.active || undefined} data-side={side}>
				<div className={styles.pages}>
					<div>
						{finding && (
							<FindBar
								found={found}
								find={(query, again) => viewer.current?.find(query, again)}
								close={() => setFinding(false)}
							/>
						)}
						{printing !== null && (
							<PrintProgress drawn={printing} pages={pages} cancel={() => viewer.current?.stopPrinting()} />
						)}
						{failure && (
							<div className={styles.trouble}>
								<FailureCard failure={failure}>
									{failure.code === 'document-changed' && (
										<Button kind="primary" onPress={() => void reopen()}>
											{t('documents.reopen')}
										</Button>
									)}
									<Button onPress={() => setFailure(null)}>{t('common.dismiss')}</Button>
								</FailureCard>
							</div>
						)}
					</div>
					{document.locked ? (
						<Unlock
							document={document}
							unlocked={(now, password) => documents.replace(document.handle, now, password)}
						/>
					) : (
						<Viewer
							ref={viewer}
							document={document}
							password={documents.passwordOf(document.handle)}
							thumbnails={thumbnails}
							outlines={outlines}
							mark={signing.mark}
							told={told}
							readFailed={setFailure}
						/>
					)}
				</div>
				<aside className={styles.panel} aria-label={signing.active ? t('signing.title') : t('panel.title')}>
					{signing.active ? (
						<SigningSheet
							document={document}
							signing={signing}
							concerns={concerns}
							drawOnPage={() => setSide('pages')}
							placeInCorner={(page, corner) => viewer.current?.placeInCorner(page, corner)}
						/>
					) : (
						<SignaturesPanel
							document={document}
							documents={documents}
							verdict={verdict}
							concerns={concerns}
							sign={offered.sign ?? null}
							show={showSpot}
						/>
					)}
				</aside>
			</div>
		</div>
	);
}

/** What the window finds out by itself: it has words for the code, and there is nothing more to say. */
const ownFailure = (code: string, subject: string): Failure => ({ code, message: '', hint: '', subject, details: {} });
