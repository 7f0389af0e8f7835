import { Calculator, Check, Circle, LoaderCircle } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Level, SigningStage } from '../../../preload/contract.ts';
import { Button } from '../../ui/Button.tsx';
import styles from './Stages.module.css';
import { stagesOf } from './stages.ts';
import type { Running } from './useSigning.ts';

/** What is being done, as it happens. It can be given up until the card has signed. */
export function Stages(props: {
	readonly running: Running;
	readonly level: Level;
	/** The PIN is typed on the reader. */
	readonly pad: boolean;
	readonly cancel: () => void;
}) {
	const { running, level, pad } = props;
	const { t } = useTranslation();
	const stages = stagesOf(level);
	const now = running.stage ? stages.indexOf(running.stage) : -1;
	const cancellable = now <= stages.indexOf('token');
	return (
		<>
			{pad && running.stage === 'token' && (
				<p className={styles.pad} role="status">
					<Calculator size={56} strokeWidth={1} aria-hidden />
					{t('pin.padNow')}
				</p>
			)}
			<ol className={styles.stages} aria-label={t('stage.label')}>
				{stages.map((stage, index) => (
					<Stage key={stage} stage={stage} state={index < now ? 'done' : index === now ? 'now' : 'later'} />
				))}
			</ol>
			<p className="visually-hidden" role="status">
				{running.stage && t(`stage.${running.stage}`)}
			</p>
			{cancellable ? (
				<Button isDisabled={running.cancelling} onPress={props.cancel}>
					{running.cancelling ? t('signing.cancelling') : t('common.cancel')}
				</Button>
			) : (
				<p className={styles.words}>{t('signing.tooLate')}</p>
			)}
		</>
	);
}

function Stage({ stage, state }: { readonly stage: SigningStage; readonly state: 'done' | 'now' | 'later' }) {
	const { t } = useTranslation();
	const Icon = { done: Check, now: LoaderCircle, later: Circle }[state];
	return (
		<li className={styles.stage} data-state={state} aria-current={state === 'now' ? 'step' : undefined}>
			<Icon size={20} strokeWidth={1.5} aria-hidden />
			<span>{t(`stage.${stage}`)}</span>
		</li>
	);
}
