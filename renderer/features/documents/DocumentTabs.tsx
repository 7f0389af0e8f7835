import { Files, X } from 'lucide-react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { OpenDocuments } from '../../app/useDocuments.ts';
import type { BatchInHand } from '../batch/useBatch.ts';
import styles from './DocumentTabs.module.css';

/** Several documents are open, or a batch beside them: which one is looked at. */
export function DocumentTabs(props: {
	readonly documents: OpenDocuments;
	readonly batch: BatchInHand | null;
	readonly batchShown: boolean;
	readonly showBatch: (shown: boolean) => void;
}) {
	const { documents, batch, batchShown, showBatch } = props;
	const { t } = useTranslation();
	return (
		<nav className={styles.tabs} aria-label={t('documents.openOnes')}>
			{batch && (
				<div className={styles.tab} data-shown={batchShown || undefined}>
					<Button
						className={`${styles.name} ${styles.batch}`}
						aria-current={batchShown ? 'true' : undefined}
						onPress={() => showBatch(true)}
					>
						<Files size={16} strokeWidth={1.5} aria-hidden />
						{t('batch.title', { count: batch.rows.length })}
					</Button>
				</div>
			)}
			{documents.all.map((document) => {
				const shown = document === documents.active && !batchShown;
				return (
					<div key={document.handle} className={styles.tab} data-shown={shown || undefined}>
						<Button
							className={styles.name}
							aria-current={shown ? 'true' : undefined}
							onPress={() => {
								showBatch(false);
								documents.show(document.handle);
							}}
						>
							{document.name}
						</Button>
						<Button
							className={styles.close}
							aria-label={t('documents.closeOne', { name: document.name })}
							onPress={() => documents.close(document.handle)}
						>
							<X size={16} strokeWidth={1.5} aria-hidden />
						</Button>
					</div>
				);
			})}
		</nav>
	);
}
