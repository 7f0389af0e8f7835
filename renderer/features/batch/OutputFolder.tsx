import { useTranslation } from 'react-i18next';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import styles from './BatchSheet.module.css';
import type { BatchInHand } from './useBatch.ts';

/** Where the signed files go. */
export function OutputFolder(props: { readonly batch: BatchInHand; readonly choose: () => void }) {
	const { folder, folderNeeded } = props.batch;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	return (
		<div className={styles.folder}>
			<div>
				<h3 className={styles.label}>{t('batch.folder')}</h3>
				<p className={styles.words}>{folder === null ? t('batch.beside') : t('batch.inFolder', { folder })}</p>
			</div>
			{folder !== null && !folderNeeded && (
				<Button kind="quiet" onPress={() => void bridge.batch.output({ id: null })}>
					{t('batch.besideAgain')}
				</Button>
			)}
			<Button onPress={props.choose}>{t('batch.changeFolder')}</Button>
		</div>
	);
}
