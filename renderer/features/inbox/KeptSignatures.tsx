import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
	type Failure,
	type JobId,
	newJobId,
	type Posting,
	type PostingSigned,
	type SigningStage,
} from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { TroubleCard } from '../../ui/TroubleCard.tsx';

/** Signatures that were made and could not be sent yet: what they lack, and one button that adds it and sends them. */
export function KeptSignatures(props: { readonly posting: Posting; readonly done: (result: PostingSigned) => void }) {
	const { posting, done } = props;
	const { t } = useTranslation();
	const { bridge, settings, goTo } = useDesk();
	const [running, setRunning] = useState<{ job: JobId; stage: SigningStage | null } | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	useEffect(
		() =>
			bridge.events.on('signingStage', ({ job, stage }) =>
				setRunning((now) => (now?.job === job ? { job, stage } : now)),
			),
		[bridge],
	);
	const kept = posting.documents.filter(({ mine }) => mine === 'incomplete');
	if (kept.length === 0) return null;
	const complete = async () => {
		const job = newJobId();
		setRunning({ job, stage: null });
		setFailure(null);
		const reply = await bridge.postings.complete({ job, posting: posting.id });
		setRunning(null);
		if (!reply.ok) return setFailure(reply.error);
		setFailure(reply.value.documents.find((one) => one.outcome === 'incomplete')?.failure ?? null);
		done(reply.value);
	};
	const buttons = (
		<>
			<Button kind="primary" isDisabled={running !== null} onPress={() => void complete()}>
				{running ? t(`stage.${running.stage ?? 'preparing'}`) : t('posting.completeNow')}
			</Button>
			{settings.timestampServers.length === 0 && (
				<Button onPress={() => goTo('settings')}>{t('level.setService')}</Button>
			)}
		</>
	);
	return (
		<section>
			<h2 className="visually-hidden">{t('inbox.troubled')}</h2>
			{failure ? (
				<FailureCard failure={failure}>{buttons}</FailureCard>
			) : (
				<TroubleCard
					tone="caution"
					more={t('common.more')}
					trouble={{
						title: t('posting.keptTitle'),
						subject: kept.map(({ name }) => name).join(', '),
						remedy: t('posting.keptRemedy'),
						details: [],
					}}
				>
					{buttons}
				</TroubleCard>
			)}
		</section>
	);
}
