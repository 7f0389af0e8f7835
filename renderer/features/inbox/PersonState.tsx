import { Ban, CalendarX2, Check, Circle, CircleX, Eye, Forward, Mail } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { SignatoryState } from '../../../preload/contract.ts';
import styles from './PersonState.module.css';

/** How somebody stands, and since when. */
export function PersonState({ state, when }: { readonly state: SignatoryState; readonly when: string }) {
	const { t } = useTranslation();
	const { Icon, tone } = states[state];
	return (
		<span className={styles.state} data-tone={tone}>
			<Icon size={18} strokeWidth={1.5} aria-hidden />
			<span>
				{t(`posting.person.${state}`)}
				{state !== 'pending' && <span className={styles.when}> {when}</span>}
			</span>
		</span>
	);
}

const states = {
	pending: { Icon: Circle, tone: 'quiet' },
	notified: { Icon: Mail, tone: 'quiet' },
	opened: { Icon: Eye, tone: 'quiet' },
	signed: { Icon: Check, tone: 'valid' },
	approved: { Icon: Check, tone: 'valid' },
	viewed: { Icon: Check, tone: 'valid' },
	witnessed: { Icon: Check, tone: 'valid' },
	declined: { Icon: CircleX, tone: 'invalid' },
	delegated: { Icon: Forward, tone: 'quiet' },
	replaced: { Icon: Forward, tone: 'quiet' },
	expired: { Icon: CalendarX2, tone: 'caution' },
	cancelled: { Icon: Ban, tone: 'quiet' },
} as const;
