import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BrowserWait, CodeQuestion } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import styles from './ServiceQuestions.module.css';

/** What signing services want of the person while they are at work: a one-time code, or an answer in the browser. */
export function ServiceQuestions() {
	const { bridge } = useDesk();
	const [question, setQuestion] = useState<CodeQuestion | null>(null);
	const [wait, setWait] = useState<BrowserWait | null>(null);
	useEffect(() => bridge.events.on('codeWanted', setQuestion), [bridge]);
	useEffect(() => bridge.events.on('browserWanted', setWait), [bridge]);
	if (question) {
		const answer = (code: string | null) => {
			setQuestion(null);
			void bridge.keys.answerCode({ question: question.question, code });
		};
		return <Code key={question.question} question={question} answer={answer} />;
	}
	return wait && <InBrowser wait={wait} close={() => setWait(null)} />;
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
				<p className={styles.words}>{t('keys.browserElse')}</p>
				<code className={styles.address}>{wait.address}</code>
			</div>
		</Sheet>
	);
}
