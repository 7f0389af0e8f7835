import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/Button.tsx';
import { Progress } from '../../ui/Progress.tsx';
import { useWords } from '../../ui/words.ts';
import styles from './BatchProgress.module.css';
import { progressOf, timeLeft } from './counts.ts';
import type { BatchInHand } from './useBatch.ts';

const icon = { size: 18, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** How far the run is; it can be held, and given up. */
export function BatchProgress({ batch }: { readonly batch: BatchInHand }) {
	const { t } = useTranslation();
	const words = useWords();
	const [cancelling, setCancelling] = useState(false);
	const { phase, signed, total, done } = batch;
	const left = timeLeft(batch);
	const isHeld = phase === 'paused';
	const proving = signed === total && done < total;
	return (
		<section className={styles.progress} aria-label={t('batch.running.progress')}>
			<p className={styles.count} role="status">
				{t('batch.running.title', { done: signed, total })}
			</p>
			<Progress label={t('batch.running.progress')} value={progressOf(batch)} />
			<p className={styles.words}>
				{isHeld
					? t('batch.running.paused')
					: proving
						? t('batch.running.proof')
						: left === null
							? t('batch.running.preparing')
							: t('batch.running.left', { time: words.duration(left) })}
			</p>
			<div className={styles.actions}>
				{isHeld ? (
					<Button kind="primary" icon={<Play {...icon} />} onPress={() => batch.resume()}>
						{t('batch.running.goOn')}
					</Button>
				) : (
					<Button icon={<Pause {...icon} />} isDisabled={cancelling} onPress={() => batch.pause()}>
						{t('batch.running.pause')}
					</Button>
				)}
				<Button
					isDisabled={cancelling}
					onPress={() => {
						setCancelling(true);
						batch.cancel();
					}}
				>
					{cancelling ? t('batch.running.cancelling') : t('batch.running.cancel')}
				</Button>
			</div>
			<p className={styles.words}>{t('batch.running.cancelHint')}</p>
		</section>
	);
}
