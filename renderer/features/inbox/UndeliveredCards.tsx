import { useTranslation } from 'react-i18next';
import type { Posting, Undelivered } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { TroubleCard } from '../../ui/TroubleCard.tsx';
import { troubleOf } from '../../ui/troubleOf.ts';
import { useWords } from '../../ui/words.ts';

/** What the person did that the service did not take: what is wrong with it, and to try again or to give it up. */
export function UndeliveredCards({ posting, changed }: { readonly posting: Posting; readonly changed: () => void }) {
	const { t } = useTranslation();
	const troubled = posting.undelivered.filter(({ trouble }) => trouble !== null);
	if (troubled.length === 0) return null;
	return (
		<section aria-label={t('inbox.troubled')}>
			<h2 className="visually-hidden">{t('inbox.troubled')}</h2>
			{troubled.map((one) => (
				<Card key={one.opId} undelivered={one} changed={changed} />
			))}
		</section>
	);
}

function Card({ undelivered, changed }: { readonly undelivered: Undelivered; readonly changed: () => void }) {
	const { opId, type, at, trouble } = undelivered;
	const { t, i18n } = useTranslation();
	const { bridge } = useDesk();
	const words = useWords();
	if (!trouble) return null;
	const { failure } = trouble;
	const known = `trouble.${troubleOf(failure.code)}` as 'trouble.unexpected';
	const isKnown = i18n.exists(`${known}.title`);
	const what = t(`undelivered.${type}` as 'undelivered.approve', { defaultValue: type });
	const decide = async (verb: 'again' | 'giveUp') => {
		await bridge.postings[verb]({ opId });
		changed();
	};
	return (
		<TroubleCard
			tone="caution"
			more={t('common.more')}
			trouble={{
				title: t('undelivered.title', { what }),
				subject: isKnown ? t(`${known}.title`) : failure.message,
				remedy: isKnown ? t(`${known}.remedy`) : failure.hint,
				details: [failure.code, failure.message, words.utc(at)],
			}}
		>
			<Button onPress={() => void decide('again')}>{t('undelivered.again')}</Button>
			<Button onPress={() => void decide('giveUp')}>{t('undelivered.giveUp')}</Button>
		</TroubleCard>
	);
}
