import { Ban, CalendarX2, CircleCheck, CircleX, Eye, FileClock, Hourglass, PenLine, Stamp, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { PostingSummary } from '../../../preload/contract.ts';
import styles from './PostingBadge.module.css';

/** What is asked of the person, or else how the posting is; as icon, word and colour together. */
export function PostingBadge({ posting }: { readonly posting: Pick<PostingSummary, 'state' | 'todo'> }) {
	const { t } = useTranslation();
	const { state, todo } = posting;
	const Icon = todo === null ? states[state].Icon : todos[todo];
	return (
		<span className={styles.badge} data-tone={todo === null ? states[state].tone : 'accent'}>
			<Icon size={16} strokeWidth={1.75} aria-hidden />
			{todo === null ? t(`posting.state.${state}`) : t(`posting.todo.${todo}`)}
		</span>
	);
}

const todos = { sign: PenLine, complete: FileClock, approve: Stamp, open: Eye } as const;

const states = {
	draft: { Icon: Hourglass, tone: 'quiet' },
	active: { Icon: Hourglass, tone: 'quiet' },
	completed: { Icon: CircleCheck, tone: 'valid' },
	declined: { Icon: CircleX, tone: 'invalid' },
	cancelled: { Icon: Ban, tone: 'quiet' },
	expired: { Icon: CalendarX2, tone: 'caution' },
	purged: { Icon: Trash2, tone: 'quiet' },
} as const;
