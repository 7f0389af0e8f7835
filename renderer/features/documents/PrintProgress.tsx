import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import styles from './PrintProgress.module.css';

/** While the pages are drawn for the printer, which takes a while for a long document. */
export function PrintProgress(props: {
	readonly drawn: number;
	readonly pages: number | null;
	readonly cancel: () => void;
}) {
	const { drawn } = props;
	const { t } = useTranslation();
	const pages = props.pages ?? drawn + 1;
	const words = t('print.progress', { page: Math.min(drawn + 1, pages), count: pages });
	return (
		<div className={styles.bar}>
			<p>{words}</p>
			<progress className={styles.progress} value={drawn} max={pages} aria-label={words} />
			<Button onPress={props.cancel}>{t('common.cancel')}</Button>
		</div>
	);
}
