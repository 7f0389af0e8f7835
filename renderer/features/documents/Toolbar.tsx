import { Download, FolderOpen, PanelLeft, Printer, Search, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Toolbar as AriaToolbar, Input, NumberField } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { OpenDocument } from '../../../preload/contract.ts';
import { type CommandTable, shortcutOf } from '../../app/commands.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import styles from './Toolbar.module.css';

const icon = { size: 20, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** What can be done with the pages of a document. */
export function Toolbar(props: {
	readonly document: OpenDocument;
	readonly pages: number | null;
	readonly at: { readonly page: number; readonly percent: number };
	readonly thumbnails: boolean;
	readonly finding: boolean;
	readonly side: 'pages' | 'panel';
	readonly setSide: (side: 'pages' | 'panel') => void;
	readonly commands: CommandTable;
	readonly open: () => void;
	readonly go: (page: number) => void;
}) {
	const { document, commands, at } = props;
	const { t } = useTranslation();
	return (
		<AriaToolbar className={styles.bar} aria-label={t('toolbar.label')}>
			<IconButton
				label={t('command.toggle-thumbnails')}
				pressed={props.thumbnails}
				onPress={() => commands['toggle-thumbnails']?.()}
			>
				<PanelLeft {...icon} />
			</IconButton>
			<h1 className={styles.name} title={document.folder ? `${document.folder}/${document.name}` : document.name}>
				{document.name}
			</h1>
			<PageNumber page={at.page} pages={props.pages} go={props.go} />
			<div className={styles.zoom}>
				<IconButton
					label={t('command.zoom-out')}
					shortcut={shortcutOf('zoom-out')}
					onPress={() => commands['zoom-out']?.()}
				>
					<ZoomOut {...icon} />
				</IconButton>
				<span className={styles.percent}>{at.percent} %</span>
				<IconButton
					label={t('command.zoom-in')}
					shortcut={shortcutOf('zoom-in')}
					onPress={() => commands['zoom-in']?.()}
				>
					<ZoomIn {...icon} />
				</IconButton>
			</div>
			<div className={styles.group}>
				<IconButton
					label={t('command.find')}
					shortcut={shortcutOf('find')}
					pressed={props.finding}
					onPress={() => commands.find?.()}
				>
					<Search {...icon} />
				</IconButton>
				<IconButton label={t('command.print')} shortcut={shortcutOf('print')} onPress={() => commands.print?.()}>
					<Printer {...icon} />
				</IconButton>
				<IconButton
					label={t('command.save-as')}
					shortcut={shortcutOf('save-as')}
					onPress={() => commands['save-as']?.()}
				>
					<Download {...icon} />
				</IconButton>
				<IconButton label={t('command.open')} shortcut={shortcutOf('open')} onPress={props.open}>
					<FolderOpen {...icon} />
				</IconButton>
			</div>
			<div className={styles.switch}>
				<Button onPress={() => props.setSide(props.side === 'pages' ? 'panel' : 'pages')}>
					{props.side === 'pages' ? t('panel.title') : t('toolbar.pages')}
				</Button>
			</div>
		</AriaToolbar>
	);
}

/** The page that is read; another can be typed. */
function PageNumber(props: {
	readonly page: number;
	readonly pages: number | null;
	readonly go: (page: number) => void;
}) {
	const { page, pages, go } = props;
	const { t } = useTranslation();
	const [typed, setTyped] = useState(page);
	useEffect(() => setTyped(page), [page]);
	if (pages === null) return null;
	return (
		<NumberField
			className={styles.page}
			aria-label={t('toolbar.page')}
			minValue={1}
			maxValue={pages}
			value={typed}
			formatOptions={{ useGrouping: false }}
			onChange={(value) => {
				if (Number.isNaN(value)) return;
				setTyped(value);
				go(value);
			}}
		>
			<Input />
			<span>{t('toolbar.ofPages', { count: pages })}</span>
		</NumberField>
	);
}
