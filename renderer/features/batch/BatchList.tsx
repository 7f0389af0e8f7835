import { Eye, X } from 'lucide-react';
import { memo, useMemo } from 'react';
import {
	Cell,
	Column,
	Button as PlainButton,
	Row,
	Table,
	TableBody,
	TableHeader,
	TableLayout,
	Virtualizer,
} from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { BatchRow, RowId } from '../../../preload/contract.ts';
import styles from './BatchList.module.css';
import { RowStateWords } from './RowStateWords.tsx';
import type { BatchInHand } from './useBatch.ts';

/** In parts of the text size: 36 px where that is 16. */
const rowHeight = 2.25;

/**
 * Every document with its state; only those in view are in the page, however many there are. What changes around it
 * leaves it as it is: going through a thousand rows takes the table longer than a letter is typed.
 */
export const BatchList = memo(function BatchList(props: {
	readonly rows: BatchInHand['rows'];
	readonly choosing: boolean;
	readonly remove: BatchInHand['remove'];
	readonly look: (row: RowId) => void;
}) {
	const { rows, choosing, remove, look } = props;
	const { t } = useTranslation();
	const height = useMemo(() => rowHeight * Number.parseFloat(getComputedStyle(document.documentElement).fontSize), []);
	return (
		<Virtualizer layout={TableLayout} layoutOptions={{ rowHeight: height, headingHeight: height }}>
			<Table
				className={styles.table}
				aria-label={t('batch.table')}
				onRowAction={(key) => {
					const row = rows.find(({ id }) => id === key);
					if (row) look(row.id);
				}}
			>
				<TableHeader className={styles.header}>
					<Column isRowHeader defaultWidth="2.6fr" minWidth={160} className={styles.column}>
						{t('batch.column.file')}
					</Column>
					<Column defaultWidth={76} className={`${styles.column} ${styles.number}`}>
						{t('batch.column.pages')}
					</Column>
					<Column defaultWidth={108} className={`${styles.column} ${styles.number}`}>
						{t('batch.column.signatures')}
					</Column>
					<Column defaultWidth="1.3fr" minWidth={110} className={styles.column}>
						{t('batch.column.mark')}
					</Column>
					<Column defaultWidth="1.9fr" minWidth={190} className={styles.column}>
						{t('batch.column.state')}
					</Column>
					<Column defaultWidth={48} className={styles.column}>
						<span className="visually-hidden">{t('batch.column.leaveOut')}</span>
					</Column>
				</TableHeader>
				<TableBody items={rows} dependencies={[choosing, t]}>
					{(row: BatchRow) => (
						<Row id={row.id} className={styles.row} data-state={row.state}>
							<Cell className={`${styles.cell} ${styles.file}`} textValue={row.name}>
								<span className={styles.name} title={row.folder === null ? row.name : `${row.folder}/${row.name}`}>
									{row.name}
								</span>
								{row.read && <Eye className={styles.read} size={16} strokeWidth={1.5} aria-label={t('batch.read')} />}
							</Cell>
							<Cell className={`${styles.cell} ${styles.number}`}>{row.pages ?? '–'}</Cell>
							<Cell className={`${styles.cell} ${styles.number}`}>{row.signatureCount ?? '–'}</Cell>
							<Cell className={styles.cell}>
								<Mark row={row} />
							</Cell>
							<Cell className={styles.cell}>
								<RowStateWords row={row} />
							</Cell>
							<Cell className={styles.cell}>
								{choosing && (
									<PlainButton
										className={styles.leaveOut}
										aria-label={t('batch.leaveOutOne', { name: row.name })}
										onPress={() => remove([row.id])}
									>
										<X size={16} strokeWidth={1.5} aria-hidden />
									</PlainButton>
								)}
							</Cell>
						</Row>
					)}
				</TableBody>
			</Table>
		</Virtualizer>
	);
});

function Mark({ row }: { readonly row: BatchRow }) {
	const { t } = useTranslation();
	// What an earlier run of the program left was not looked at by this one.
	if (row.state === 'looking' || row.state === 'trouble' || row.pages === null)
		return <span className={styles.muted}>–</span>;
	if (!row.place) return <span className={styles.muted}>{t('batch.markNone')}</span>;
	return <span>{t(row.ownPlace ? 'batch.markOwn' : 'batch.markOn', { page: row.place.page })}</span>;
}
