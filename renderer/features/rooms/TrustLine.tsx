import { ShieldAlert, ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { TrustAge } from '../../../preload/contract.ts';
import { useWords } from '../../ui/words.ts';
import styles from './Rooms.module.css';

/** How old what the room knows is: it cannot ask anybody. */
export function TrustLine({ trust }: { readonly trust: TrustAge | null }) {
	const { t } = useTranslation();
	const words = useWords();
	const isGood = trust !== null && !trust.expired;
	const Icon = isGood ? ShieldCheck : ShieldAlert;
	return (
		<p className={styles.trust} data-tone={isGood ? undefined : 'caution'}>
			<Icon size={18} strokeWidth={1.5} aria-hidden />
			<span>
				{trust === null
					? t('rooms.trust.none')
					: trust.expired
						? t('rooms.trust.expired', { date: words.date(trust.until) })
						: t('rooms.trust.age', { count: trust.days, date: words.date(trust.until) })}
			</span>
		</p>
	);
}
