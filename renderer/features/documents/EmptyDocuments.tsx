import { Files, FolderOpen, PenLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../../preload/contract.ts';
import { type CommandTable, shortcutOf } from '../../app/commands.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyPlace } from '../../ui/EmptyPlace.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import styles from './EmptyDocuments.module.css';

/** Where nothing is open yet, a trip begins or ends with one of these. */
const roomCommands = ['room-open', 'room-seal', 'room-take-back'] as const;

/** Nothing is open: what this place is for, and the first step. */
export function EmptyDocuments(props: {
	readonly failure: Failure | null;
	readonly opening: boolean;
	readonly open: () => void;
	readonly signSeveral: () => void;
	/** What can be done about rooms now. */
	readonly rooms: CommandTable;
}) {
	const { t } = useTranslation();
	return (
		<EmptyPlace icon={PenLine} title={t('documents.emptyTitle')} words={t('documents.emptyWords')}>
			<div className={styles.actions}>
				<Button
					kind="primary"
					icon={<FolderOpen size={18} strokeWidth={1.5} aria-hidden />}
					isDisabled={props.opening}
					onPress={props.open}
				>
					{props.opening ? t('documents.opening') : t('documents.open')}
				</Button>
				<Button icon={<Files size={18} strokeWidth={1.5} aria-hidden />} onPress={props.signSeveral}>
					{t('documents.several')}
				</Button>
			</div>
			<p className={styles.hint}>{t('documents.emptyHint', { key: shortcutOf('open') })}</p>
			<div className={styles.rooms}>
				<span className={styles.hint}>{t('menu.rooms')}:</span>
				{roomCommands.map((command) => {
					const run = props.rooms[command];
					return (
						run && (
							<Button key={command} kind="quiet" onPress={run}>
								{t(`command.${command}`)}
							</Button>
						)
					);
				})}
			</div>
			{props.failure && (
				<div className={styles.failure}>
					<FailureCard failure={props.failure}>
						<Button onPress={props.open}>{t('documents.openOther')}</Button>
					</FailureCard>
				</div>
			)}
		</EmptyPlace>
	);
}
