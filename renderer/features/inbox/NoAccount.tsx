import { Mailbox } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../preload/contract.ts';
import { EmptyPlace } from '../../ui/EmptyPlace.tsx';
import { LogIn } from './LogIn.tsx';
import styles from './NoAccount.module.css';

/** Nobody is logged in: what this place is for, and the first step. */
export function NoAccount(props: { readonly shown: boolean; readonly loggedIn: (account: Account) => void }) {
	const { t } = useTranslation();
	return (
		<EmptyPlace icon={Mailbox} title={t('inbox.emptyTitle')} words={t('inbox.emptyWords')}>
			<div className={styles.form}>
				<h2 className="visually-hidden">{t('account.logIn')}</h2>
				<LogIn service={null} shown={props.shown} loggedIn={props.loggedIn} />
			</div>
		</EmptyPlace>
	);
}
