import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BrowserWait, CodeQuestion } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import styles from './Wanted.module.css';

/** What is wanted of the person while something is at work: a one-time code, an answer in the browser, the card back. */
export function Wanted() {
	const { bridge } = useDesk();
	const [question, setQuestion] = useState<CodeQuestion | null>(null);
	const [wait, setWait] = useState<BrowserWait | null>(null);
	const [absent, setAbsent] = useState<{ readonly token: string } | null>(null);
	useEffect(() => bridge.events.on('codeWanted', setQuestion), [bridge]);
	useEffect(() => bridge.events.on('browserWanted', setWait), [bridge]);
	useEffect(() => bridge.events.on('tokenAbsent', setAbsent), [bridge]);
	if (question) {
		const answer = (code: string | null) => {
			setQuestion(null);
			void bridge.keys.answerCode({ question: question.question, code });
		};
		return <Code key={question.question} question={question} answer={answer} />;
	}
	if (wait) return <InBrowser wait={wait} close={() => setWait(null)} />;
	return absent && <CardBack token={absent.token} close={() => setAbsent(null)} />;
}

function Code({
	question,
	answer,
}: {
	readonly question: CodeQuestion;
	readonly answer: (code: string | null) => void;
}) {
	const { t } = useTranslation();
	const [code, setCode] = useState('');
	const submit = (event: FormEvent) => {
		event.preventDefault();
		if (code !== '') answer(code);
	};
	return (
		<Sheet title={question.service} closeLabel={t('common.cancel')} close={() => answer(null)}>
			<form className={styles.form} onSubmit={submit} autoComplete="off">
				<p>{question.challenge ?? t('keys.codeWords', { count: question.signatures })}</p>
				<Field label={question.label} autoComplete="one-time-code" value={code} onChange={setCode} autoFocus />
				<Button kind="primary" type="submit" isDisabled={code === ''}>
					{t('keys.giveCode')}
				</Button>
			</form>
		</Sheet>
	);
}

/** Closing it gives nothing up: the service still waits, and the sheet that signs can be cancelled. */
function InBrowser({ wait, close }: { readonly wait: BrowserWait; readonly close: () => void }) {
	const { t } = useTranslation();
	return (
		<Sheet title={wait.service} closeLabel={t('common.close')} close={close}>
			<div className={styles.form} role="status">
				<p>{t('keys.browserWords')}</p>
				{wait.code !== null && <p>{t('keys.browserCode', { code: wait.code })}</p>}
				<p className={styles.words}>{t('keys.browserElse')}</p>
				<code className={styles.address}>{wait.address}</code>
			</div>
		</Sheet>
	);
}

/** It closes by itself when the card is back, or is waited for no longer. */
function CardBack({ token, close }: { readonly token: string; readonly close: () => void }) {
	const { t } = useTranslation();
	return (
		<Sheet title={t('keys.cardOut')} closeLabel={t('common.close')} close={close}>
			<p role="status">{t('keys.cardOutWords', { token })}</p>
		</Sheet>
	);
}
