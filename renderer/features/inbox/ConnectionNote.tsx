import { CircleCheck, CloudOff, LogIn as LogInIcon, RefreshCw, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import styles from './ConnectionNote.module.css';
import { LogIn } from './LogIn.tsx';

/** How things are with the service, in a line: nothing to see while all is well and sent. */
export function ConnectionNote({ account }: { readonly account: Account }) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [loggingIn, setLoggingIn] = useState(false);
	const { connection } = account;
	// What waits for the person is said where it is.
	const waiting = account.waiting - account.troubled;
	const icon = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;
	return (
		<div className={styles.note} data-connection={connection} role="status">
			{connection === 'online' && (
				<p className={styles.line}>
					<CircleCheck {...icon} />
					{waiting === 0 ? t('connection.online') : t('connection.sending', { count: waiting })}
				</p>
			)}
			{connection === 'connecting' && (
				<p className={styles.line}>
					<RefreshCw {...icon} />
					{t('connection.connecting')}
				</p>
			)}
			{connection === 'offline' && (
				<>
					<p className={styles.line}>
						<CloudOff {...icon} />
						{waiting === 0 ? t('connection.offline') : t('connection.offlineWaiting', { count: waiting })}
					</p>
					<Button onPress={() => void bridge.account.connect()}>{t('connection.tryNow')}</Button>
				</>
			)}
			{connection === 'login-needed' && (
				<>
					<p className={styles.line}>
						<TriangleAlert {...icon} />
						{waiting === 0 ? t('connection.loginNeeded') : t('connection.loginNeededWaiting', { count: waiting })}
					</p>
					<Button icon={<LogInIcon {...icon} />} onPress={() => setLoggingIn(true)}>
						{t('account.logIn')}
					</Button>
				</>
			)}
			{account.keyInFile && <p className={styles.line}>{t('account.keyInFile')}</p>}
			{loggingIn && (
				<Sheet title={t('account.logIn')} closeLabel={t('common.close')} close={() => setLoggingIn(false)}>
					<LogIn service={account.service} loggedIn={() => setLoggingIn(false)} />
				</Sheet>
			)}
		</div>
	);
}
