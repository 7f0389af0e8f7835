import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, FileVerdict, JobId, OpenDocument, SigningStage } from '../../../preload/contract.ts';
import { newJobId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import type { OpenDocuments } from '../../app/useDocuments.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { TroubleCard } from '../../ui/TroubleCard.tsx';
import { isBelow } from './stages.ts';

/**
 * A signature that stands but lacks the timestamp or proof that was wanted: what is missing, and one button that adds
 * it. The key is not needed for that.
 */
export function Completion(props: {
	readonly document: OpenDocument;
	readonly documents: OpenDocuments;
	readonly verdict: FileVerdict;
}) {
	const { document, documents, verdict } = props;
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

	const outcome = documents.outcomeOf(document.handle);
	const last = verdict.signatures.findLast(({ kind }) => kind === 'signature');
	const wanted = outcome?.outcome === 'incomplete' ? outcome.requested : settings.level;
	const level = last?.level;
	// What is broken is not made better by a timestamp on it.
	if (!last || !level || level === 'basic' || !isBelow(level, wanted)) return null;
	if (last.state === 'invalid' || last.state === 'changed') return null;
	if (settings.timestampServers.length === 0 && outcome?.outcome !== 'incomplete') return null;

	const complete = async () => {
		const job = newJobId();
		setRunning({ job, stage: null });
		setFailure(null);
		const reply = await bridge.signing.complete({ job, handle: document.handle, level: wanted });
		setRunning(null);
		if (reply.ok) documents.signed(document.handle, reply.value);
		else setFailure(reply.error);
	};
	const cause = outcome?.outcome === 'incomplete' ? outcome.cause : null;
	const button = (
		<>
			<Button kind="primary" isDisabled={running !== null} onPress={() => void complete()}>
				{running ? t(`stage.${running.stage ?? 'preparing'}`) : t('completion.now')}
			</Button>
			{settings.timestampServers.length === 0 && (
				<Button onPress={() => goTo('settings')}>{t('level.setService')}</Button>
			)}
		</>
	);
	if (failure) return <FailureCard failure={failure}>{button}</FailureCard>;
	return (
		<TroubleCard
			tone="caution"
			more={t('common.more')}
			trouble={{
				title: level === 'b-b' ? t('completion.noTimestamp') : t('completion.noProof'),
				subject: cause?.subject ?? undefined,
				remedy: t('completion.remedy'),
				details: cause ? [cause.code, cause.message, cause.hint].filter((line) => line !== '') : [],
			}}
		>
			{button}
		</TroubleCard>
	);
}
