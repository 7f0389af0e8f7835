import { CalendarX2, ShieldQuestionMark } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Identity } from '../../../preload/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { useWords } from '../../ui/words.ts';
import styles from './BatchSheet.module.css';
import type { BatchInHand } from './useBatch.ts';

const icon = { size: 18, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** Said before the PIN of the certificate and the timestamp service: what keeps all from being signed, or is worth a word. */
export function OutlookNotes({ batch, chosen }: { readonly batch: BatchInHand; readonly chosen: Identity | null }) {
	const { t } = useTranslation();
	const words = useWords();
	const { outlook, due } = batch;
	if (outlook === null || outlook.identity !== chosen?.id) return null;
	const end = words.date(chosen.certificate.notAfter);
	const warns = (code: string): boolean => outlook.warnings.includes(code);
	return (
		<>
			{outlook.obstacle && (
				<FailureCard failure={outlook.obstacle}>
					<Button onPress={() => batch.survey(chosen.id)}>{t('batch.checkAgain')}</Button>
				</FailureCard>
			)}
			{/* Until the signatures are outside and get their timestamps, only the certificate's dates speak for them. */}
			{warns('certificate-ends-before-due') && due !== null ? (
				<p className={styles.caution} role="status">
					<CalendarX2 {...icon} />
					<span>{t('batch.endsBeforeDue', { end, due: words.date(due) })}</span>
				</p>
			) : (
				warns('certificate-ends-soon') && (
					<p className={styles.caution} role="status">
						<CalendarX2 {...icon} />
						<span>{t('batch.endsSoon', { end })}</span>
					</p>
				)
			)}
			{warns('revocation-not-checked') && (
				<p className={styles.caution} role="status">
					<ShieldQuestionMark {...icon} />
					<span>{t('batch.notChecked')}</span>
				</p>
			)}
		</>
	);
}
