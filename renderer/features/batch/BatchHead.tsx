import { FilePlus2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Identity } from '../../../preload/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { useWords } from '../../ui/words.ts';
import styles from './BatchHead.module.css';
import type { BatchViewName } from './BatchView.tsx';
import { countsOf } from './counts.ts';
import { MoreActions } from './MoreActions.tsx';
import type { BatchInHand } from './useBatch.ts';

const icon = { size: 18, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** How many there are, and in one line what signing them takes. */
export function BatchHead(props: {
	readonly batch: BatchInHand;
	readonly chosen: Identity | null;
	readonly view: BatchViewName;
	readonly setView: (view: BatchViewName) => void;
	/** Null while it is not the time. */
	readonly addMore: ((kind: 'files' | 'folder') => void) | null;
	/** Undefined where it cannot be done here. */
	readonly pack: (() => void) | undefined;
}) {
	const { batch, addMore } = props;
	const { t } = useTranslation();
	return (
		<header className={styles.head}>
			<div className={styles.words}>
				<h1 className={styles.title}>{t('batch.title', { count: batch.rows.length })}</h1>
				<p className={styles.line}>{useLine(batch, props.chosen).join(' · ')}</p>
			</div>
			<div className={styles.tools}>
				<Segments
					label={t('batch.views')}
					labelHidden
					value={props.view}
					items={[
						{ value: 'list', title: t('batch.list') },
						{ value: 'places', title: t('batch.places') },
						{ value: 'reading', title: t('batch.reading') },
					]}
					change={props.setView}
				/>
				{addMore && (
					<>
						<Button icon={<FilePlus2 {...icon} />} onPress={() => addMore('files')}>
							{t('batch.addFiles')}
						</Button>
						<MoreActions
							actions={[
								{ id: 'folder', title: t('batch.addFolder'), run: () => addMore('folder') },
								...(props.pack ? [{ id: 'pack', title: t('command.room-pack'), run: props.pack }] : []),
								{ id: 'close', title: t('batch.close'), run: () => batch.close() },
							]}
						/>
					</>
				)}
			</div>
		</header>
	);
}

/** The line above the table. */
function useLine(batch: BatchInHand, chosen: Identity | null): readonly string[] {
	const { t } = useTranslation();
	const words = useWords();
	const { rows, phase, outlook } = batch;
	const { looking, ready, trouble } = countsOf(rows);
	if (phase !== 'choosing') return batch.signer === null ? [] : [t('batch.running.with', { name: batch.signer })];
	if (looking > 0) return [t('batch.looking', { count: looking })];
	const read = rows.filter((row) => row.read).length;
	return [
		t('batch.ready', { count: ready }),
		...(trouble > 0 ? [t('batch.trouble', { count: trouble })] : []),
		...(chosen ? [t('batch.with', { name: chosen.certificate.name, token: chosen.token.label })] : []),
		...(chosen ? [pinWords(chosen)] : []),
		...(outlook && outlook.timestamps > 0 ? [t('batch.timestamps', { count: outlook.timestamps })] : []),
		...(outlook && ready > 0 ? [t('batch.takes', { time: words.duration(outlook.duration) })] : []),
		...(read > 0 ? [t('batch.wasRead', { count: read, total: rows.length })] : []),
	];

	function pinWords({ pin }: Identity): string {
		if (pin.entry === 'pad') return t('batch.pinPad');
		return pin.perSignature ? t('batch.pinEach') : t('batch.pinOnce');
	}
}
