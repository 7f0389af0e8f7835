import { X } from 'lucide-react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { OpenDocuments } from '../../app/useDocuments.ts';
import styles from './DocumentTabs.module.css';

/** Several documents are open: which one is looked at. */
export function DocumentTabs({ documents }: { readonly documents: OpenDocuments }) {
	const { t } = useTranslation();
	return (
		<nav className={styles.tabs} aria-label={t('documents.openOnes')}>
			{documents.all.map((document) => {
				const shown = document === documents.active;
				return (
					<div key={document.handle} className={styles.tab} data-shown={shown || undefined}>
						<Button
							className={styles.name}
							aria-current={shown ? 'true' : undefined}
							onPress={() => documents.show(document.handle)}
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
