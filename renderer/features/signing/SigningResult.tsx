import { FileCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, SigningOutcome } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import type { OpenDocuments } from '../../app/useDocuments.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { save } from '../../ui/saved.ts';
import styles from './SigningResult.module.css';

/** What signing made: where it is, and what to do next. An incomplete outcome is said by `Completion`. */
export function SigningResult(props: { readonly outcome: SigningOutcome; readonly documents: OpenDocuments }) {
	const { outcome, documents } = props;
	const { document } = outcome;
	const { t } = useTranslation();
	const { bridge, info } = useDesk();
	const [failure, setFailure] = useState<Failure | null>(null);
	const unsigned = documents.all.find((one) => one.handle !== document.handle && one.signatureCount === 0);
	const reveal = async () => {
		const reply = await bridge.documents.reveal({ handle: document.handle });
		setFailure(reply.ok ? null : reply.error);
	};
	return (
		<section className={styles.result} aria-label={t('result.label')} role="status">
			<div className={styles.head}>
				<FileCheck size={22} strokeWidth={1.5} aria-hidden />
				<div>
					<h2 className={styles.title}>{outcome.outcome === 'signed' ? t('result.signed') : t('result.incomplete')}</h2>
					<p className={styles.name}>{document.name}</p>
					{document.folder !== null && (
						<p className={styles.folder} title={document.folder}>
							{t('result.folder', { folder: lastOf(document.folder) })}
						</p>
					)}
				</div>
			</div>
			<div className={styles.actions}>
				{unsigned && (
					<Button kind="primary" onPress={() => documents.show(unsigned.handle)}>
						{t('result.next')}
					</Button>
				)}
				{info.canReveal && document.folder !== null && (
					<Button onPress={() => void reveal()}>{t('result.reveal')}</Button>
				)}
				{document.folder === null && (
					<Button onPress={async () => setFailure(await save(bridge.documents.saveAs({ handle: document.handle })))}>
						{t('result.save')}
					</Button>
				)}
			</div>
			{failure && <FailureCard failure={failure} />}
		</section>
	);
}

/** The folder's own name; all of its path is shown on hover. */
const lastOf = (path: string): string => path.split(/[\\/]/).findLast((name) => name !== '') ?? path;
