import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
	type Failure,
	isEmail,
	isLoginCode,
	type JobId,
	type LoginAnswer,
	type LoginMethods,
	newJobId,
	type Reply,
} from '../../../preload/contract.ts';
import { languageOf } from '../../../preload/language.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import styles from './LogIn.module.css';

/** Logging in without a card: in the browser, or by a code sent by mail. The service is asked for its ways when wanted. */
export function OtherLogins({
	service,
	answered,
}: {
	readonly service: string;
	readonly answered: (answer: LoginAnswer) => void;
}) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [methods, setMethods] = useState<LoginMethods | null>(null);
	const [waiting, setWaiting] = useState<JobId | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);

	const ask = async () => {
		setFailure(null);
		const reply = await bridge.account.methods({ service });
		if (reply.ok) setMethods(reply.value);
		else setFailure(reply.error);
	};
	const inBrowser = async (issuer: string) => {
		const job = newJobId();
		setWaiting(job);
		setFailure(null);
		const reply = await bridge.account.logInByBrowser({ job, service, issuer });
		setWaiting(null);
		take(reply);
	};
	const take = (reply: Reply<LoginAnswer>) => {
		if (reply.ok) answered(reply.value);
		else if (reply.error.code !== 'cancelled') setFailure(reply.error);
	};

	return (
		<div className={styles.form}>
			{methods === null && (
				<Button kind="quiet" onPress={() => void ask()}>
					{t('account.otherWays')}
				</Button>
			)}
			{methods && methods.browser.length === 0 && !methods.mail && (
				<p className={styles.words} role="status">
					{t('account.cardsOnly')}
				</p>
			)}
			{waiting ? (
				<>
					<p className={styles.words} role="status">
						{t('account.inBrowser')}
					</p>
					<Button onPress={() => void bridge.signing.cancel({ job: waiting })}>{t('common.cancel')}</Button>
				</>
			) : (
				<>
					{methods?.browser.map(({ issuer, name }) => (
						<Button key={issuer} onPress={() => void inBrowser(issuer)}>
							{t('account.logInWith', { name })}
						</Button>
					))}
					{methods?.mail && <ByMail service={service} take={take} failed={setFailure} />}
				</>
			)}
			{failure && <FailureCard failure={failure} />}
		</div>
	);
}

/** First the address, then the code that came. A wrong code ends the login: another is sent for. */
function ByMail(props: {
	readonly service: string;
	readonly take: (reply: Reply<LoginAnswer>) => void;
	readonly failed: (failure: Failure | null) => void;
}) {
	const { service, take, failed } = props;
	const { t } = useTranslation();
	const { bridge, settings } = useDesk();
	const [email, setEmail] = useState('');
	const [login, setLogin] = useState<string | null>(null);
	const [code, setCode] = useState('');
	const isCode = isLoginCode(code.trim());

	const send = async (event: FormEvent) => {
		event.preventDefault();
		if (!isEmail(email.trim())) return;
		failed(null);
		const language = languageOf(settings.language, navigator.languages);
		const reply = await bridge.account.sendCode({ service, email: email.trim(), language });
		if (reply.ok) setLogin(reply.value);
		else failed(reply.error);
	};
	const enter = async (event: FormEvent) => {
		event.preventDefault();
		if (login === null || !isCode) return;
		failed(null);
		const reply = await bridge.account.logInByCode({ service, login, code: code.trim() });
		setCode('');
		if (!reply.ok) setLogin(null);
		take(reply);
	};

	if (login === null)
		return (
			<form key="address" className={styles.form} onSubmit={(event) => void send(event)}>
				<Field label={t('account.mail')} hint={t('account.mailHint')} type="email" value={email} onChange={setEmail} />
				<Button type="submit" isDisabled={!isEmail(email.trim())}>
					{t('account.sendCode')}
				</Button>
			</form>
		);
	return (
		<form key="code" className={styles.form} onSubmit={(event) => void enter(event)} autoComplete="off">
			<Field
				label={t('account.code')}
				hint={t('account.codeHint', { email: email.trim() })}
				inputMode="numeric"
				autoComplete="one-time-code"
				autoFocus
				value={code}
				onChange={setCode}
			/>
			<Button kind="primary" type="submit" isDisabled={!isCode}>
				{t('account.logIn')}
			</Button>
		</form>
	);
}
