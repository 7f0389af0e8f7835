import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
	type Account,
	type Failure,
	isLoginCode,
	type NewAuthenticator,
	type SecondFactor as Wanted,
} from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import styles from './SecondFactor.module.css';

/** The second half of an administrator's login: the code of their authenticator, which is set up where they have none. */
export function SecondFactor(props: {
	readonly wanted: Wanted;
	readonly loggedIn: (account: Account) => void;
	/** @param failure why this login cannot be completed any more; null where the person leaves it. */
	readonly beginAgain: (failure: Failure | null) => void;
}) {
	const { login, enrolled } = props.wanted;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [made, setMade] = useState<NewAuthenticator | null>(null);
	const [code, setCode] = useState('');
	const [running, setRunning] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const digits = code.replaceAll(/\s/g, '');
	const isCode = isLoginCode(digits);

	const failed = (error: Failure) => {
		if (lost.has(error.code)) props.beginAgain(error);
		else setFailure(error);
	};
	const setUp = async () => {
		setFailure(null);
		const reply = await bridge.account.enrolAuthenticator({ login });
		if (reply.ok) setMade(reply.value);
		else failed(reply.error);
	};
	const give = async (event: FormEvent) => {
		event.preventDefault();
		if (!isCode || running) return;
		setRunning(true);
		setFailure(null);
		const reply = await bridge.account.giveCode({ login, code: digits });
		setRunning(false);
		setCode('');
		if (reply.ok) props.loggedIn(reply.value);
		else failed(reply.error);
	};

	const back = (
		<Button kind="quiet" onPress={() => props.beginAgain(null)}>
			{t('account.beginAgain')}
		</Button>
	);
	if (!enrolled && !made)
		return (
			<div className={styles.form}>
				<p role="status">{t('account.setUpWords')}</p>
				{failure && <FailureCard failure={failure} />}
				<Button kind="primary" onPress={() => void setUp()} autoFocus>
					{t('account.setUp')}
				</Button>
				{back}
			</div>
		);
	return (
		<form className={styles.form} onSubmit={(event) => void give(event)} autoComplete="off">
			{made ? (
				<>
					<p role="status">{t('account.secretWords')}</p>
					<dl className={styles.facts}>
						<dt>{t('account.secret')}</dt>
						<dd className={styles.secret}>{made.secret.match(/.{1,4}/g)?.join(' ')}</dd>
						<dt>{t('account.secretAddress')}</dt>
						<dd className={styles.address}>{made.uri}</dd>
					</dl>
				</>
			) : (
				<p role="status">{t('account.secondFactorWords')}</p>
			)}
			{failure && <FailureCard failure={failure} />}
			<Field
				label={t('account.authenticatorCode')}
				hint={t('account.authenticatorHint')}
				inputMode="numeric"
				autoComplete="one-time-code"
				autoFocus
				value={code}
				onChange={setCode}
			/>
			<Button kind="primary" type="submit" isDisabled={!isCode || running}>
				{t('account.logIn')}
			</Button>
			{back}
		</form>
	);
}

/** After these the login has to be begun again. */
const lost: ReadonlySet<string> = new Set(['login-over', 'login-needed', 'totp-not-enrolled', 'totp-enrolled']);
