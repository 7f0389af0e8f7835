import { useTranslation } from 'react-i18next';
import styles from './TestBand.module.css';

/** Lies over everything that rests on a test anchor, so that it is never taken for the real thing. */
export function TestBand() {
	const { t } = useTranslation();
	return (
		<p className={styles.band} data-test-band>
			<span className={styles.word}>{t('test.word')}</span>
			{t('test.words')}
		</p>
	);
}
