import { Trash2, UserPlus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type DraftPerson, type PostingDraft, roles } from '../../../../preload/contract.ts';
import { languageOf } from '../../../../preload/language.ts';
import { useDesk } from '../../../app/desk.ts';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { Picker } from '../../../ui/Picker.tsx';
import { PersonFields } from '../PersonFields.tsx';
import styles from './ComposeView.module.css';
import { changedPerson, withoutPerson, withPerson } from './draft.ts';

/** Who is asked, for what, and in which step. */
export function DraftPeople(props: {
	readonly draft: PostingDraft;
	readonly change: (next: (draft: PostingDraft) => PostingDraft) => void;
}) {
	const { draft, change } = props;
	const { t } = useTranslation();
	const { settings } = useDesk();
	const language = languageOf(settings.language, navigator.languages);
	return (
		<section className={styles.section} aria-label={t('compose.people')}>
			<div className={styles.sectionHead}>
				<h2 className={styles.sectionTitle}>{t('compose.people')}</h2>
				<Button
					icon={<UserPlus size={18} strokeWidth={1.5} aria-hidden />}
					onPress={() => change((now) => withPerson(now, language))}
				>
					{t('compose.addPerson')}
				</Button>
			</div>
			{draft.people.length === 0 && <p className={styles.words}>{t('compose.peopleHint')}</p>}
			<ol className={styles.rows}>
				{draft.people.map((person, index) => (
					<li key={person.id}>
						<Person
							person={person}
							number={index + 1}
							draft={draft}
							change={(next) => change((now) => changedPerson(now, next))}
							remove={() => change((now) => withoutPerson(now, person.id))}
						/>
					</li>
				))}
			</ol>
		</section>
	);
}

function Person(props: {
	readonly person: DraftPerson;
	readonly number: number;
	readonly draft: PostingDraft;
	readonly change: (person: DraftPerson) => void;
	readonly remove: () => void;
}) {
	const { person, number, draft, change } = props;
	const { t } = useTranslation();
	const label = person.name.trim() || t('compose.personNumber', { number });
	return (
		<fieldset className={styles.person} aria-label={label}>
			<div className={styles.sectionHead}>
				<h3 className={styles.name}>{label}</h3>
				<IconButton label={t('compose.removePerson', { name: label })} onPress={props.remove}>
					<Trash2 size={18} strokeWidth={1.5} aria-hidden />
				</IconButton>
			</div>
			<PersonFields person={person} change={change} />
			<div className={styles.pair}>
				<Picker
					label={t('compose.role')}
					value={person.role}
					items={roles.map((value) => ({ value, title: t(`role.${value}`) }))}
					change={(role) => change({ ...person, role })}
				/>
				{draft.steps.length > 1 && (
					<Picker
						label={t('compose.step')}
						value={person.step}
						items={draft.steps.map(({ id }, index) => ({ value: id, title: t('posting.step', { number: index + 1 }) }))}
						change={(step) => change({ ...person, step })}
					/>
				)}
			</div>
		</fieldset>
	);
}
