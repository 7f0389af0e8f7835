import { MailOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './NoAccount.module.css';

/** No posting is looked at, since there is none yet. */
export function NothingChosen() {
	const { t } = useTranslation();
	return (
		<div className={styles.empty}>
			<MailOpen className={styles.icon} size={40} strokeWidth={1.25} aria-hidden />
			<p className={styles.words}>{t('inbox.nothingChosen')}</p>
		</div>
	);
}
