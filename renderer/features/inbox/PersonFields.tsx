import { useTranslation } from 'react-i18next';
import { isEmail, isIdentifier, type NamedPerson } from '../../../preload/contract.ts';
import { Field } from '../../ui/Field.tsx';
import { Picker } from '../../ui/Picker.tsx';
import styles from './PersonFields.module.css';

/** Somebody as they are being typed. */
export interface TypedPerson extends Pick<NamedPerson, 'name' | 'email' | 'language'> {
	/** Empty: the certificate that they enrol counts. */
	readonly identifier: string;
}

const languages = { en: 'English', nb: 'Norsk bokmål', fr: 'Français', de: 'Deutsch' } as const;

/** Name, address, language, and by what their certificate will be known as theirs. */
export function PersonFields<Person extends TypedPerson>(props: {
	readonly person: Person;
	readonly change: (person: Person) => void;
}) {
	const { person, change } = props;
	const { t } = useTranslation();
	const email = person.email.trim();
	const identifier = person.identifier.trim();
	return (
		<div className={styles.fields}>
			<Field
				label={t('person.name')}
				maxLength={200}
				value={person.name}
				onChange={(name) => change({ ...person, name })}
			/>
			<Field
				label={t('person.email')}
				type="email"
				inputMode="email"
				maxLength={254}
				value={person.email}
				onChange={(typed) => change({ ...person, email: typed })}
				hint={email !== '' && !isEmail(email) ? t('person.emailHint') : undefined}
			/>
			<Field
				label={t('person.identifier')}
				maxLength={128}
				value={person.identifier}
				onChange={(typed) => change({ ...person, identifier: typed })}
				hint={identifier !== '' && !isIdentifier(identifier) ? t('person.identifierWrong') : t('person.identifierHint')}
			/>
			<Picker
				label={t('person.language')}
				value={person.language}
				items={(['en', 'nb', 'fr', 'de'] as const).map((value) => ({ value, title: languages[value] }))}
				change={(language) => change({ ...person, language })}
			/>
		</div>
	);
}
