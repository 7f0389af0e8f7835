import {
	Ban,
	Check,
	CircleAlert,
	CircleCheck,
	CircleDashed,
	Clock,
	LoaderCircle,
	PenLine,
	ShieldEllipsis,
	TriangleAlert,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { BatchRow, RowState } from '../../../preload/contract.ts';
import styles from './RowStateWords.module.css';

const icons: Readonly<Record<RowState, typeof Check>> = {
	looking: LoaderCircle,
	ready: Check,
	trouble: TriangleAlert,
	waiting: Clock,
	signing: PenLine,
	proving: ShieldEllipsis,
	signed: CircleCheck,
	incomplete: CircleDashed,
	failed: CircleAlert,
	cancelled: Ban,
};

/** A row's state as icon and word. */
export function RowStateWords({ row }: { readonly row: Pick<BatchRow, 'state'> }) {
	const { t } = useTranslation();
	const Icon = icons[row.state];
	return (
		<span className={styles.state} data-row-state={row.state}>
			<Icon size={16} strokeWidth={1.5} aria-hidden />
			<span className={styles.word}>{t(`batch.state.${row.state}`)}</span>
		</span>
	);
}
