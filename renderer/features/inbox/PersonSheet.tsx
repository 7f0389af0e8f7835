import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isEmail, isIdentifier, type NamedPerson } from '../../../preload/contract.ts';
import { languageOf } from '../../../preload/language.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { PersonFields, type TypedPerson } from './PersonFields.tsx';
import styles from './ReasonSheet.module.css';

/** Names somebody who takes another's place. */
export function PersonSheet(props: {
	readonly title: string;
	readonly words: string;
	readonly close: () => void;
	readonly give: (person: NamedPerson) => Promise<unknown>;
}) {
	const { t } = useTranslation();
	const { settings } = useDesk();
	const [typed, setTyped] = useState<TypedPerson>(() => ({
		name: '',
		email: '',
		identifier: '',
		language: languageOf(settings.language, navigator.languages),
	}));
	const [giving, setGiving] = useState(false);
	const form = useId();
	const person = namedPerson(typed);
	return (
		<Sheet
			title={props.title}
			closeLabel={t('common.close')}
			close={props.close}
			foot={
				<>
					<Button onPress={props.close}>{t('common.cancel')}</Button>
					<Button kind="primary" type="submit" form={form} isDisabled={giving || person === null}>
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
					if (!person || giving) return;
					setGiving(true);
					void props.give(person).finally(() => setGiving(false));
				}}
			>
				<p>{props.words}</p>
				<PersonFields person={typed} change={setTyped} />
			</form>
		</Sheet>
	);
}

/** Null while something is missing. */
function namedPerson({ name, email, identifier, language }: TypedPerson): NamedPerson | null {
	const wanted = identifier.trim();
	if (name.trim() === '' || !isEmail(email.trim()) || (wanted !== '' && !isIdentifier(wanted))) return null;
	return { name: name.trim(), email: email.trim(), language, identifier: wanted === '' ? null : wanted };
}
