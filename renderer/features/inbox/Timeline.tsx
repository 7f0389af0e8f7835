import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PostingId, Reply, TimelineEntry } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { useWords } from '../../ui/words.ts';
import viewStyles from './PostingView.module.css';
import styles from './Timeline.module.css';

/** What happened, newest first, as the service recorded it. */
export function Timeline(props: {
	readonly id: PostingId;
	/** Another object whenever something may have happened. */
	readonly version: unknown;
}) {
	const { id, version } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [reply, setReply] = useState<Reply<readonly TimelineEntry[]> | null>(null);
	// biome-ignore lint/correctness/useExhaustiveDependencies: a new version is a reason to ask again
	useEffect(() => {
		let wanted = true;
		void bridge.postings.timeline({ posting: id }).then((answer) => wanted && setReply(answer));
		return () => {
			wanted = false;
		};
	}, [bridge, id, version]);
	return (
		<section className={viewStyles.section} aria-label={t('timeline.title')}>
			<h2 className={viewStyles.sectionTitle}>{t('timeline.title')}</h2>
			{reply && !reply.ok && <p className={viewStyles.muted}>{t('timeline.notNow')}</p>}
			{reply?.ok && (
				<ol className={styles.entries}>
					{reply.value.toReversed().map((entry) => (
						<Entry key={entry.seq} entry={entry} />
					))}
				</ol>
			)}
		</section>
	);
}

function Entry({ entry }: { readonly entry: TimelineEntry }) {
	const { t } = useTranslation();
	const words = useWords();
	const { at, action, person, document, by } = entry;
	const values = { person: person ?? '', document: document ?? '', by: by ?? t('timeline.service') };
	return (
		<li className={styles.entry}>
			<time dateTime={at} title={words.utc(at)} className={styles.when}>
				{words.moment(at)}
			</time>
			<span>
				{t(`timeline.${action.replace('.', '-')}` as 'timeline.posting-created', { ...values, defaultValue: action })}
			</span>
		</li>
	);
}
