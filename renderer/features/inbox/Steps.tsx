import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, Posting, PostingPerson, PostingStep, Reply } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { useWords } from '../../ui/words.ts';
import { PersonSheet } from './PersonSheet.tsx';
import { PersonState } from './PersonState.tsx';
import styles from './PostingView.module.css';

/** The steps in their order, with the people in each and how they stand. */
export function Steps(props: {
	readonly posting: Posting;
	readonly done: (now: Posting) => void;
	readonly failed: (failure: Failure) => void;
}) {
	const { posting } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [replacing, setReplacing] = useState<PostingPerson | null>(null);
	const take = async (asked: Promise<Reply<Posting>>) => {
		const reply = await asked;
		if (reply.ok) props.done(reply.value);
		else props.failed(reply.error);
		return reply.ok;
	};
	return (
		<section className={styles.section} aria-label={t('posting.people')}>
			<h2 className={styles.sectionTitle}>{t('posting.people')}</h2>
			<ol className={styles.rows}>
				{posting.steps.map((step, index) => (
					<li key={step.id}>
						{posting.steps.length > 1 && <StepTitle step={step} number={index + 1} />}
						<ul>
							{step.people.map((person) => (
								<Person
									key={person.id}
									person={person}
									remind={() => void take(bridge.postings.remind({ posting: posting.id, person: person.id }))}
									replace={() => setReplacing(person)}
								/>
							))}
						</ul>
					</li>
				))}
			</ol>
			{replacing && (
				<PersonSheet
					title={t('posting.replace')}
					words={t('posting.replaceWords', { name: replacing.name })}
					close={() => setReplacing(null)}
					give={(by) =>
						take(bridge.postings.replace({ posting: posting.id, person: replacing.id, by })).then(
							(ok) => ok && setReplacing(null),
						)
					}
				/>
			)}
		</section>
	);
}

function StepTitle({ step, number }: { readonly step: PostingStep; readonly number: number }) {
	const { t } = useTranslation();
	const { count, state } = step;
	return (
		<h3 className={styles.stepTitle}>
			{t('posting.step', { number })} · {t(`posting.stepState.${state}`)}
			{count !== null && ` · ${t('posting.some', { count })}`}
		</h3>
	);
}

function Person(props: { readonly person: PostingPerson; readonly remind: () => void; readonly replace: () => void }) {
	const { person } = props;
	const { t } = useTranslation();
	const words = useWords();
	const { name, email, identifier, role, since, reason, successor } = person;
	const about = [t(`role.${role}`), identifier, email].filter(Boolean).join(' · ');
	return (
		<li className={styles.row}>
			<span className={styles.grow}>
				<span className={styles.name}>{person.me ? t('posting.you', { name }) : name}</span>
				<span className={styles.muted}>{about}</span>
				{reason && <span>{t('posting.reasonGiven', { reason })}</span>}
				{successor && <span className={styles.muted}>{t('posting.successor', { name: successor })}</span>}
			</span>
			<PersonState state={person.state} when={words.moment(since)} />
			{person.canRemind && (
				<Button onPress={props.remind} aria-label={t('posting.remindOne', { name })}>
					{t('posting.remind')}
				</Button>
			)}
			{person.canReplace && (
				<Button onPress={props.replace} aria-label={t('posting.replaceOne', { name })}>
					{t('posting.replace')}
				</Button>
			)}
		</li>
	);
}
