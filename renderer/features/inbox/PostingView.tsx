import { ArrowLeft, FileText, Trash2 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, Posting, PostingDocument, PostingId, PostingSigned } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptySide } from '../../ui/EmptyPlace.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { TroubleCard } from '../../ui/TroubleCard.tsx';
import { troubleOf } from '../../ui/troubleOf.ts';
import { useWords } from '../../ui/words.ts';
import { Actions } from './Actions.tsx';
import { KeptSignatures } from './KeptSignatures.tsx';
import { PostingBadge } from './PostingBadge.tsx';
import styles from './PostingView.module.css';
import { Steps } from './Steps.tsx';
import { Timeline } from './Timeline.tsx';
import { UndeliveredCards } from './UndeliveredCards.tsx';
import { useFresh } from './useFresh.ts';

/** One posting: how it stands, what can be done, its documents, its people, and what happened. */
export function PostingView(props: {
	readonly id: PostingId;
	/** Something was done: the list is another one. */
	readonly changed: () => void;
	/** Opens the documents, beginning with this one, or with the first that is to be signed. */
	readonly read: (document: string | null) => void;
	readonly back: () => void;
}) {
	const { id } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [failure, setFailure] = useState<Failure | null>(null);
	const [overtaken, setOvertaken] = useState(false);
	const { reply, take, refresh } = useFresh(useCallback(() => bridge.postings.get({ posting: id }), [bridge, id]));
	const posting = reply?.ok ? reply.value : null;
	const done = (now: Posting) => {
		setFailure(null);
		take(now);
		props.changed();
	};
	/** What a rule refused, or what somebody else's signature undid, is said. */
	const completed = ({ documents }: PostingSigned) => {
		setFailure(documents.find(({ outcome }) => outcome === 'failed')?.failure ?? null);
		setOvertaken(documents.some(({ outcome }) => outcome === 'changed'));
		refresh();
		props.changed();
	};
	const back = (
		<div className={styles.back}>
			<Button kind="quiet" icon={<ArrowLeft size={18} strokeWidth={1.5} aria-hidden />} onPress={props.back}>
				{t('inbox.backToList')}
			</Button>
		</div>
	);
	if (reply && !reply.ok && isGone(reply.error)) {
		return (
			<EmptySide icon={Trash2} title={t('trouble.posting-missing.title')} words={t('trouble.posting-missing.remedy')}>
				{back}
			</EmptySide>
		);
	}
	return (
		<article className={styles.posting} aria-label={posting?.title ?? t('inbox.posting')}>
			{back}
			{reply && !reply.ok && <FailureCard failure={reply.error} />}
			{posting && (
				<>
					<Head posting={posting} />
					{failure && (
						<section aria-label={t('inbox.troubled')}>
							<h2 className="visually-hidden">{t('inbox.troubled')}</h2>
							<FailureCard failure={failure}>
								<Button onPress={() => setFailure(null)}>{t('common.dismiss')}</Button>
							</FailureCard>
						</section>
					)}
					{overtaken && (
						<TroubleCard
							tone="caution"
							more={t('common.more')}
							trouble={{ title: t('reader.changedTitle'), remedy: t('reader.changedRemedy') }}
						>
							<Button onPress={() => setOvertaken(false)}>{t('common.dismiss')}</Button>
						</TroubleCard>
					)}
					<UndeliveredCards posting={posting} changed={props.changed} />
					<KeptSignatures posting={posting} done={completed} />
					<Actions posting={posting} done={done} failed={setFailure} sign={() => props.read(null)} />
					<Documents documents={posting.documents} read={props.read} />
					<Steps posting={posting} done={done} failed={setFailure} />
					<Timeline id={id} version={posting} />
				</>
			)}
		</article>
	);
}

/** Nothing went wrong where a posting was deleted when its time had come. */
const isGone = ({ code }: Failure): boolean => troubleOf(code) === 'posting-missing';

function Head({ posting }: { readonly posting: Posting }) {
	const { t } = useTranslation();
	const words = useWords();
	const { owner, expiresAt, deleteAt, message, progress, state } = posting;
	return (
		<header className={styles.head}>
			<h1 className={styles.title}>{posting.title}</h1>
			<p className={styles.line}>
				<PostingBadge posting={posting} />
				<span>{t('inbox.progress', { ...progress, count: progress.wanted })}</span>
			</p>
			<p className={styles.muted}>
				{posting.sent ? t('posting.fromMe') : t('inbox.from', { name: owner })}
				{state === 'active' && ` · ${t('posting.until', { date: words.moment(expiresAt) })}`}
				{` · ${t('posting.deleted', { date: words.date(deleteAt) })}`}
			</p>
			{message && <p className={styles.message}>{message}</p>}
		</header>
	);
}

function Documents(props: {
	readonly documents: readonly PostingDocument[];
	readonly read: (document: string) => void;
}) {
	const { t } = useTranslation();
	const words = useWords();
	return (
		<section className={styles.section} aria-label={t('posting.documents')}>
			<h2 className={styles.sectionTitle}>{t('posting.documents')}</h2>
			<ul className={styles.rows}>
				{props.documents.map(({ id, name, size, signatures, mine }) => (
					<li key={id} className={styles.row}>
						<FileText size={20} strokeWidth={1.5} aria-hidden />
						<span className={styles.grow}>
							<span className={styles.name}>{name}</span>
							<span className={styles.muted}>
								{words.bytes(size)} · {t('posting.signatures', { count: signatures })}
								{mine && ` · ${t(`posting.mine.${mine}`)}`}
							</span>
						</span>
						<Button onPress={() => props.read(id)} aria-label={t('posting.readOne', { name })}>
							{t('posting.read')}
						</Button>
					</li>
				))}
			</ul>
		</section>
	);
}
