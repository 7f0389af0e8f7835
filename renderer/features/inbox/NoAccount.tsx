import { Mailbox } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../preload/contract.ts';
import { LogIn } from './LogIn.tsx';
import styles from './NoAccount.module.css';

/** Nobody is logged in: what this place is for, and the first step. */
export function NoAccount(props: { readonly shown: boolean; readonly loggedIn: (account: Account) => void }) {
	const { t } = useTranslation();
	return (
		<div className={styles.empty}>
			<Mailbox className={styles.icon} size={40} strokeWidth={1.25} aria-hidden />
			<h1 className={styles.title}>{t('inbox.emptyTitle')}</h1>
			<p className={styles.words}>{t('inbox.emptyWords')}</p>
			<div className={styles.form}>
				<LogIn service={null} shown={props.shown} loggedIn={props.loggedIn} />
			</div>
		</div>
	);
}
