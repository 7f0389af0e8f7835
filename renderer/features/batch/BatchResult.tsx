import { CircleAlert, FileCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import styles from './BatchProgress.module.css';
import { countsOf } from './counts.ts';
import { KeepResult } from './KeepResult.tsx';
import type { BatchInHand } from './useBatch.ts';

/** What came of the run: how many are signed, where they are, and how to go on with the rest. */
export function BatchResult(props: {
	readonly batch: BatchInHand;
	/** Undefined where there is no room. */
	readonly seal: (() => void) | undefined;
}) {
	const { batch, seal } = props;
	const { t } = useTranslation();
	const { bridge, info } = useDesk();
	const counts = countsOf(batch.rows);
	// After an interruption there may be some whose files are still to appear.
	const signed = counts.signed + counts.incomplete + counts.proving;
	const written = signed - counts.proving;
	const total = batch.rows.length;
	const isInterrupted = batch.phase === 'interrupted';
	const isWhole = counts.signed === total;
	const Icon = isWhole ? FileCheck : CircleAlert;
	return (
		<section className={styles.progress} aria-label={t('result.label')}>
			<div className={styles.head} data-tone={isWhole ? undefined : 'caution'}>
				<Icon size={26} strokeWidth={1.5} aria-hidden />
				<div role="status">
					<h2 className={styles.count}>{isInterrupted ? t('batch.interrupted.title') : headline()}</h2>
				</div>
			</div>
			{isInterrupted && <p className={styles.words}>{t('batch.interrupted.words', { signed, total })}</p>}
			{counts.proving > 0 && <p>{t('batch.interrupted.proof', { count: counts.proving })}</p>}
			{written > 0 && (
				<p className={styles.words}>
					{batch.folder === null ? t('batch.ended.beside') : t('batch.ended.inFolder', { folder: batch.folder })}
				</p>
			)}
			{counts.incomplete > 0 && <p>{t('batch.ended.incomplete', { count: counts.incomplete })}</p>}
			{batch.failure && <FailureCard failure={batch.failure} />}
			{batch.refused && <FailureCard failure={batch.refused} />}
			<div className={styles.actions}>
				{isInterrupted && (
					<Button kind="primary" onPress={() => batch.again()}>
						{t('batch.interrupted.goOn')}
					</Button>
				)}
				{!isInterrupted && counts.cancelled > 0 && (
					<Button kind="primary" onPress={() => batch.again()}>
						{t('batch.ended.goOn', { count: counts.cancelled })}
					</Button>
				)}
				{!isInterrupted && counts.failed > 0 && counts.cancelled === 0 && (
					<Button kind="primary" onPress={() => batch.again()}>
						{t('batch.ended.again', { count: counts.failed })}
					</Button>
				)}
				{!isInterrupted && counts.incomplete > 0 && (
					<Button
						kind={counts.cancelled + counts.failed === 0 ? 'primary' : 'secondary'}
						onPress={() => batch.complete()}
					>
						{t('completion.now')}
					</Button>
				)}
				{seal && written > 0 && (
					<Button kind={isWhole ? 'primary' : 'secondary'} onPress={seal}>
						{t('command.room-seal')}
					</Button>
				)}
				{info.canReveal && written > 0 && (
					<Button onPress={() => void bridge.batch.reveal()}>{t('batch.ended.reveal')}</Button>
				)}
				<KeepResult batch={batch} />
				<Button kind={isWhole && !seal ? 'primary' : 'secondary'} onPress={() => batch.close()}>
					{isInterrupted ? t('batch.interrupted.forget') : t('batch.ended.close')}
				</Button>
			</div>
			<p className={styles.words}>{t('batch.closeHint')}</p>
		</section>
	);

	function headline(): string {
		if (signed === total) return t('batch.ended.all', { count: signed });
		return signed === 0 ? t('batch.ended.none') : t('batch.ended.some', { signed, total });
	}
}
