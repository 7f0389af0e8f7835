import { FileDown } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type {
	AppInfo,
	Bridge,
	Failure,
	OpenDocument,
	PostingId,
	Reply,
	Settings,
	SettingsChange,
} from '../../preload/contract.ts';
import { languageOf } from '../../preload/language.ts';
import { useBatch } from '../features/batch/useBatch.ts';
import { DocumentsPlace } from '../features/documents/DocumentsPlace.tsx';
import { InboxPlace } from '../features/inbox/InboxPlace.tsx';
import type { WantedPosting } from '../features/inbox/wantedPosting.ts';
import { useRoomSheets } from '../features/rooms/useRoomSheets.tsx';
import { SettingsPlace } from '../features/settings/SettingsPlace.tsx';
import { Wanted } from '../features/signing/Wanted.tsx';
import { TokensPlace } from '../features/tokens/TokensPlace.tsx';
import styles from './App.module.css';
import { CommandPalette } from './CommandPalette.tsx';
import { type CommandTable, commandOfKey, useCommands } from './commands.ts';
import { DeskContext, type DroppedFiles, type PlaceName } from './desk.ts';
import { Rail } from './Rail.tsx';
import { useTheme } from './theme.ts';
import { useDocuments } from './useDocuments.ts';
import { useFileDrop } from './useFileDrop.ts';
import { useNotices } from './useNotices.ts';

/** The window: the rail, the place that is shown, and what can happen anywhere (keys, menu, files dropped). */
export function App(props: { readonly bridge: Bridge; readonly info: AppInfo; readonly firstSettings: Settings }) {
	const { bridge, info } = props;
	const { t, i18n } = useTranslation();
	const [settings, setSettings] = useState(props.firstSettings);
	const [settingsFailure, setSettingsFailure] = useState<Failure | null>(null);
	const [place, setPlace] = useState<PlaceName>('documents');
	const [wanted, setWanted] = useState<WantedPosting | null>(null);
	const [paletteOpen, setPaletteOpen] = useState(false);
	const theme = useTheme(settings.theme);
	const documents = useDocuments(bridge);
	const language = languageOf(settings.language, navigator.languages);
	const { batch, add: addToBatch } = useBatch(bridge, language);
	const [batchShown, showBatch] = useState(false);

	const changeSettings = useCallback(
		async (change: SettingsChange) => {
			const reply = await bridge.settings.set(change);
			if (reply.ok) setSettings(reply.value);
			setSettingsFailure(reply.ok ? null : reply.error);
		},
		[bridge],
	);
	useEffect(() => bridge.events.on('settingsChanged', setSettings), [bridge]);

	useEffect(() => {
		void i18n.changeLanguage(language);
		document.documentElement.lang = language;
	}, [i18n, language]);

	const { openFiles, open: openDocument, active } = documents;
	const taker = useRef<((files: readonly File[]) => void) | null>(null);
	const dropped: DroppedFiles = useMemo(
		() => ({
			takeWith(take) {
				taker.current = take;
				return () => {
					if (taker.current === take) taker.current = null;
				};
			},
		}),
		[],
	);
	const drop = useFileDrop((files) => {
		if (taker.current) return taker.current(files);
		setPlace('documents');
		// Several are signed together; one that is dropped onto a batch joins it.
		const joins = files.length > 1 || (batchShown && batch?.phase === 'choosing');
		if (joins) showBatch(true);
		void (joins ? addToBatch(files) : openFiles(files));
	});
	const shownHandle = active?.handle;
	useEffect(() => {
		// What was just opened is what the person wants to see.
		if (shownHandle) showBatch(false);
	}, [shownHandle]);
	useEffect(() => {
		document.title = active ? `${active.name} – Paraph` : 'Paraph';
	}, [active]);

	const desk = useMemo(
		() => ({
			...{ bridge, info, settings, theme, changeSettings, dropped },
			goTo: setPlace,
			async showDocument(asked: Promise<Reply<OpenDocument>>) {
				const opened = await openDocument(asked);
				setPlace('documents');
				return opened;
			},
		}),
		[bridge, info, settings, theme, changeSettings, openDocument, dropped],
	);

	const table = useRef<CommandTable>({});
	const showPosting = useCallback((posting: PostingId) => {
		setWanted({ posting });
		setPlace('inbox');
	}, []);
	const own: CommandTable = useMemo(
		() => ({
			'command-palette': () => setPaletteOpen(true),
			'show-documents': () => setPlace('documents'),
			'show-inbox': () => setPlace('inbox'),
			'show-tokens': () => setPlace('tokens'),
			'show-settings': () => setPlace('settings'),
		}),
		[],
	);
	useCommands(table, own);
	useNotices(bridge, showPosting);
	const rooms = useRoomSheets({
		bridge,
		offline: settings.offline,
		documents,
		batch,
		batchShown,
		showBatch,
		openDocument: () => table.current.open?.(),
	});
	useCommands(table, rooms.commands);
	useEffect(() => {
		const pressed = (event: KeyboardEvent) => {
			const command = commandOfKey(event);
			if (!command) return;
			event.preventDefault();
			table.current[command]?.();
		};
		document.addEventListener('keydown', pressed);
		const end = bridge.events.on('menuCommand', ({ command }) => table.current[command]?.());
		return () => {
			document.removeEventListener('keydown', pressed);
			end();
		};
	}, [bridge]);

	return (
		<I18nProvider locale={language}>
			<DeskContext value={desk}>
				<div className={styles.shell}>
					<Rail place={place} go={setPlace} openPalette={() => setPaletteOpen(true)} />
					<main className={styles.place}>
						{/* Documents stay as they were, page and zoom too, while another place is looked at. */}
						<DocumentsPlace
							rooms={rooms.commands}
							documents={documents}
							batch={batch}
							batchShown={batchShown}
							showBatch={showBatch}
							shown={place === 'documents'}
							table={table}
							fileOver={drop.enter}
						/>
						<InboxPlace shown={place === 'inbox'} wanted={wanted} fileOver={drop.enter} />
						{place === 'tokens' && <TokensPlace />}
						{place === 'settings' && <SettingsPlace failure={settingsFailure} />}
					</main>
				</div>
				<Wanted />
				<CommandPalette isOpen={paletteOpen} close={() => setPaletteOpen(false)} table={table} />
				{rooms.sheet}
				{drop.over && (
					<div className={styles.drop} data-drop {...drop.target}>
						<p className={styles.dropWords}>
							<FileDown size={28} strokeWidth={1.5} aria-hidden />
							{t('documents.dropHere')}
						</p>
					</div>
				)}
			</DeskContext>
		</I18nProvider>
	);
}
