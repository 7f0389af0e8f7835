import { useTranslation } from 'react-i18next';
import type { Assurance, PostingDraft } from '../../../../preload/contract.ts';
import { DayField } from '../../../ui/DayField.tsx';
import { Picker } from '../../../ui/Picker.tsx';
import { Tick } from '../../../ui/Tick.tsx';
import styles from './ComposeView.module.css';

const assurances: readonly Assurance[] = [1, 2, 3, 4];
const reminders = ['never', '1', '3', '7', '14'] as const;

/** Until when, how surely, and how long it is kept. */
export function DraftTerms(props: {
	readonly draft: PostingDraft;
	readonly change: (next: (draft: PostingDraft) => PostingDraft) => void;
}) {
	const { draft, change } = props;
	const { t } = useTranslation();
	const set = (part: Partial<PostingDraft>) => change((now) => ({ ...now, ...part }));
	return (
		<section className={styles.section} aria-label={t('compose.terms')}>
			<h2 className={styles.sectionTitle}>{t('compose.terms')}</h2>
			<div className={styles.pair}>
				<DayField
					label={t('compose.expires')}
					value={draft.expiresAt}
					first={new Date().toISOString()}
					change={(expiresAt) => set({ expiresAt })}
				/>
				<DayField
					label={t('compose.deletes')}
					hint={t('compose.deletesHint')}
					value={draft.deleteAt}
					first={draft.expiresAt}
					change={(deleteAt) => set({ deleteAt })}
				/>
				<Picker
					label={t('level.label')}
					value={draft.signatureLevel}
					items={(['b-lta', 'b-lt', 'b-t', 'b-b'] as const).map((value) => ({ value, title: t(`level.${value}`) }))}
					change={(signatureLevel) => set({ signatureLevel })}
				/>
				<Picker
					label={t('compose.assurance')}
					value={String(draft.assurance)}
					items={assurances.map((value) => ({ value: String(value), title: t(`assurance.${value}`) }))}
					change={(chosen) => {
						const assurance = assurances.find((one) => String(one) === chosen);
						if (assurance) set({ assurance });
					}}
				/>
				<Picker
					label={t('compose.remind')}
					value={reminders.find((one) => one === String(draft.remindAfterDays)) ?? 'never'}
					items={reminders.map((value) => ({
						value,
						title: value === 'never' ? t('compose.remindNever') : t('compose.remindAfter', { count: Number(value) }),
					}))}
					change={(value) => set({ remindAfterDays: value === 'never' ? null : Number(value) })}
				/>
			</div>
			<Tick
				label={t('compose.allowDelegation')}
				ticked={draft.allowDelegation}
				change={(allowDelegation) => set({ allowDelegation })}
			/>
		</section>
	);
}
