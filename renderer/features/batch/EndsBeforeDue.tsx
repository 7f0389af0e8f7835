import { CalendarX2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Identity } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { useWords } from '../../ui/words.ts';
import styles from './BatchSheet.module.css';
import type { BatchInHand } from './useBatch.ts';

/** Said before the PIN: until the signatures are outside and get their timestamps, only the certificate's dates speak for them. */
export function EndsBeforeDue({ batch, chosen }: { readonly batch: BatchInHand; readonly chosen: Identity | null }) {
	const { t } = useTranslation();
	const { settings } = useDesk();
	const words = useWords();
	const { due, wish } = batch;
	const hasTimestamps = wish.level !== 'b-b' && !settings.offline;
	if (due === null || chosen === null || hasTimestamps) return null;
	const { notAfter } = chosen.certificate;
	if (new Date(notAfter) >= new Date(due)) return null;
	return (
		<p className={styles.caution} role="status">
			<CalendarX2 size={18} strokeWidth={1.5} aria-hidden />
			<span>{t('batch.endsBeforeDue', { end: words.date(notAfter), due: words.date(due) })}</span>
		</p>
	);
}
