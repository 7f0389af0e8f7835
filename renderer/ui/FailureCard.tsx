import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../preload/contract.ts';
import { TroubleCard } from './TroubleCard.tsx';
import { troubleOf } from './troubleOf.ts';
import { useWords } from './words.ts';

/**
 * A failure of the host as a card: in the window's own words for its code, otherwise in the host's.
 *
 * What the host said and the code stay behind "more", for somebody who helps.
 */
export function FailureCard(props: {
	readonly failure: Failure;
	readonly tone?: 'caution' | 'invalid';
	readonly children?: ReactNode;
}) {
	const { failure } = props;
	const { t, i18n } = useTranslation();
	const { moment } = useWords();
	const trouble = `trouble.${troubleOf(failure.code)}` as 'trouble.unexpected';
	const known = i18n.exists(`${trouble}.title`);
	const words = (part: 'title' | 'remedy', otherwise: string) => (known ? t(`${trouble}.${part}`) : otherwise);
	const { triesLeft, notBefore, status, candidates = [] } = failure.details;
	const remedy = [
		notBefore === undefined ? words('remedy', failure.hint) : t('common.notBefore', { when: moment(notBefore) }),
		...(triesLeft === undefined || triesLeft === 0 ? [] : [t('pin.triesLeft', { count: triesLeft })]),
	].join(' ');
	return (
		<TroubleCard
			more={t('common.more')}
			tone={props.tone}
			trouble={{
				title: words('title', failure.message),
				subject: failure.subject ?? undefined,
				remedy,
				details: [
					failure.code,
					...(known ? [failure.message, failure.hint] : []),
					...(status === undefined ? [] : [`HTTP ${status}`]),
					...candidates,
				].filter((line) => line !== ''),
			}}
		>
			{props.children}
		</TroubleCard>
	);
}
