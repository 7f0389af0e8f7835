import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { TextArea } from '../../ui/TextArea.tsx';
import styles from './ReasonSheet.module.css';

/** Asks for the words that go with a decision, which cannot be taken back. */
export function ReasonSheet(props: {
	readonly title: string;
	readonly words: string;
	readonly required?: boolean;
	readonly close: () => void;
	readonly give: (reason: string) => Promise<unknown>;
}) {
	const { t } = useTranslation();
	const [reason, setReason] = useState('');
	const [giving, setGiving] = useState(false);
	const form = useId();
	const possible = !giving && (!props.required || reason.trim() !== '');
	return (
		<Sheet
			title={props.title}
			closeLabel={t('common.close')}
			close={props.close}
			foot={
				<>
					<Button onPress={props.close}>{t('common.cancel')}</Button>
					<Button kind="primary" type="submit" form={form} isDisabled={!possible}>
						{props.title}
					</Button>
				</>
			}
		>
			<form
				id={form}
				className={styles.form}
				onSubmit={(event) => {
					event.preventDefault();
					if (!possible) return;
					setGiving(true);
					void props.give(reason).finally(() => setGiving(false));
				}}
			>
				<p>{props.words}</p>
				<TextArea
					label={props.required ? t('posting.reason') : t('posting.reasonOptional')}
					autoFocus
					maxLength={1000}
					value={reason}
					onChange={setReason}
				/>
			</form>
		</Sheet>
	);
}
