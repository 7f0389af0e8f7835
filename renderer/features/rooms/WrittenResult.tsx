import { PackageCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, WrittenBundle } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { save } from '../../ui/saved.ts';
import styles from './Rooms.module.css';

/** A bundle was written: where it is, and how to take it along. */
export function WrittenResult({ bundle, title }: { readonly bundle: WrittenBundle; readonly title: string }) {
	const { t } = useTranslation();
	const { bridge, info } = useDesk();
	const [failure, setFailure] = useState<Failure | null>(null);
	const { file } = bundle;
	return (
		<div className={styles.body} role="status">
			<div className={styles.done}>
				<PackageCheck size={24} strokeWidth={1.5} aria-hidden />
				<div className={styles.stack}>
					<p className={styles.doneTitle}>{title}</p>
					<p>{t('rooms.written', { name: bundle.name, folder: bundle.folder })}</p>
					{bundle.left.length > 0 && (
						<p>{t('rooms.leftOut', { count: bundle.left.length, names: bundle.left.join(', ') })}</p>
					)}
					<div className={styles.row}>
						{info.canReveal && <Button onPress={() => void bridge.rooms.reveal({ file })}>{t('result.reveal')}</Button>}
						<Button onPress={async () => setFailure(await save(bridge.rooms.save({ file })))}>
							{t('rooms.saveCopy')}
						</Button>
					</div>
				</div>
			</div>
			<p className={styles.words}>{t('rooms.carry')}</p>
			{failure && <FailureCard failure={failure} />}
		</div>
	);
}
