import { useTranslation } from 'react-i18next';
import type { PostingDraft } from '../../../../preload/contract.ts';
import { Tick } from '../../../ui/Tick.tsx';
import styles from './ComposeView.module.css';
import { useStepTitle } from './DraftSteps.tsx';
import { signsIn, toggledDocument } from './draft.ts';

/** Which documents each step is for; nothing to choose where there is one document and one step. */
export function DraftMatrix(props: {
	readonly draft: PostingDraft;
	readonly change: (next: (draft: PostingDraft) => PostingDraft) => void;
}) {
	const { draft, change } = props;
	const { t } = useTranslation();
	const titleOf = useStepTitle(draft);
	if (draft.documents.length * draft.steps.length < 2) return null;
	return (
		<section className={styles.section} aria-label={t('compose.matrix')}>
			<h2 className={styles.sectionTitle}>{t('compose.matrix')}</h2>
			<div className={styles.tableScroll}>
				<table className={styles.table}>
					<thead>
						<tr>
							<th scope="col">{t('compose.document')}</th>
							{draft.steps.map((step) => (
								<th key={step.id} scope="col">
									{titleOf(step)}
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{draft.documents.map(({ id, name }) => (
							<tr key={id}>
								<th scope="row">{name}</th>
								{draft.steps.map((step) => (
									<td key={step.id}>
										<Tick
											label={t('compose.matrixCell', { document: name, step: titleOf(step) })}
											ticked={signsIn(step, id)}
											change={() => change((now) => toggledDocument(now, step, id))}
											labelHidden
										/>
									</td>
								))}
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</section>
	);
}
