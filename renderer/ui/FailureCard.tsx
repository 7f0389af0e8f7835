import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../preload/contract.ts';
import { TroubleCard } from './TroubleCard.tsx';
import { troubleOf } from './troubleOf.ts';

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
	const trouble = `trouble.${troubleOf(failure.code)}` as 'trouble.unexpected';
	const known = i18n.exists(`${trouble}.title`);
	const words = (part: 'title' | 'remedy', otherwise: string) => (known ? t(`${trouble}.${part}`) : otherwise);
	const { triesLeft, status, candidates = [] } = failure.details;
	return (
		<TroubleCard
			more={t('common.more')}
			tone={props.tone}
			trouble={{
				title: words('title', failure.message),
				subject: failure.subject ?? undefined,
				remedy: triesLeft === undefined ? words('remedy', failure.hint) : t('pin.triesLeft', { count: triesLeft }),
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
