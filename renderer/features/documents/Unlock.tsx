import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, OpenDocument } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import styles from './Unlock.module.css';

/** A document that wants a password before it is shown. */
export function Unlock(props: {
	readonly document: OpenDocument;
	readonly unlocked: (document: OpenDocument, password: string) => void;
}) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [password, setPassword] = useState('');
	const [failure, setFailure] = useState<Failure | null>(null);

	const unlock = async (event: FormEvent) => {
		event.preventDefault();
		const reply = await bridge.documents.unlock({ handle: props.document.handle, password });
		if (reply.ok) props.unlocked(reply.value, password);
		else setFailure(reply.error);
	};
	return (
		<div className={styles.unlock}>
			<form className={styles.form} onSubmit={(event) => void unlock(event)}>
				<h2 className={styles.title}>{t('unlock.title')}</h2>
				<p>{t('unlock.words', { name: props.document.name })}</p>
				<Field label={t('unlock.password')} type="password" value={password} onChange={setPassword} autoFocus />
				{failure && <FailureCard failure={failure} />}
				<Button kind="primary" type="submit" isDisabled={password === ''}>
					{t('unlock.open')}
				</Button>
			</form>
		</div>
	);
}
