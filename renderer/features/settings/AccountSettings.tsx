import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Account, type Failure, isEmail } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { LogIn } from '../inbox/LogIn.tsx';
import { useAccount } from '../inbox/useAccount.ts';
import { EnrolledCertificates } from './EnrolledCertificates.tsx';
import { NoticeSettings } from './NoticeSettings.tsx';
import styles from './SettingsPlace.module.css';

/** Which service sends and receives postings here, and who is logged in. */
export function AccountSettings() {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const { reply, set } = useAccount();
	const [asking, setAsking] = useState<'login' | 'logout' | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const account = reply?.ok ? reply.value : null;
	const close = () => setAsking(null);
	const logOut = async () => {
		const answer = await bridge.account.logOut();
		setFailure(answer.ok ? null : answer.error);
		if (answer.ok) set(null);
		close();
	};
	return (
		<div className={styles.groups}>
			<p className={styles.muted}>{t('account.words')}</p>
			{reply && !reply.ok && <FailureCard failure={reply.error} />}
			{failure && <FailureCard failure={failure} />}
			{account ? (
				<>
					<dl className={styles.facts}>
						<dt>{t('account.service')}</dt>
						<dd>{account.service}</dd>
						<dt>{t('account.person')}</dt>
						<dd>{account.email === null ? account.name : `${account.name} · ${account.email}`}</dd>
						<dt>{t('account.assurance')}</dt>
						<dd>{t(`assurance.${account.assurance}`)}</dd>
						{account.identifiers.length > 0 && (
							<>
								<dt>{t('person.identifier')}</dt>
								<dd>{account.identifiers.join(' · ')}</dd>
							</>
						)}
					</dl>
					<div className={styles.buttons}>
						<Button onPress={() => setAsking('login')}>{t('account.logInAgain')}</Button>
						<Button onPress={() => setAsking('logout')}>{t('account.logOut')}</Button>
					</div>
					<Letters account={account} described={set} failed={setFailure} />
					<EnrolledCertificates />
					<NoticeSettings />
				</>
			) : (
				reply?.ok && (
					<div className={styles.buttons}>
						<Button onPress={() => setAsking('login')}>{t('account.logIn')}</Button>
					</div>
				)
			)}
			{asking === 'login' && (
				<Sheet title={t('account.logIn')} closeLabel={t('common.close')} close={close}>
					<LogIn
						service={account?.service ?? null}
						loggedIn={(now) => {
							set(now);
							close();
						}}
					/>
				</Sheet>
			)}
			{asking === 'logout' && (
				<Sheet
					title={t('account.logOut')}
					closeLabel={t('common.close')}
					close={close}
					foot={
						<>
							<Button onPress={close}>{t('common.cancel')}</Button>
							<Button kind="primary" onPress={() => void logOut()}>
								{t('account.logOut')}
							</Button>
						</>
					}
				>
					<p>{t('account.logOutWords', { count: account?.waiting ?? 0 })}</p>
				</Sheet>
			)}
		</div>
	);
}

/** Where the service writes to: the address in a certificate is not always there, or read. */
function Letters(props: {
	readonly account: Account;
	readonly described: (account: Account) => void;
	readonly failed: (failure: Failure | null) => void;
}) {
	const { account } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [typed, setTyped] = useState(account.email ?? '');
	const email = typed.trim();
	const possible = isEmail(email) && email !== account.email;
	const save = async () => {
		const reply = await bridge.account.describe({ email });
		props.failed(reply.ok ? null : reply.error);
		if (reply.ok) props.described(reply.value);
	};
	return (
		<form
			className={styles.add}
			onSubmit={(event) => {
				event.preventDefault();
				if (possible) void save();
			}}
		>
			<Field label={t('account.letters')} type="email" inputMode="email" value={typed} onChange={setTyped} />
			<Button type="submit" isDisabled={!possible}>
				{t('account.saveLetters')}
			</Button>
		</form>
	);
}
