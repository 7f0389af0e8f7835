import { CloudUpload, PencilLine, Plus, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type {
	DraftSummary,
	Failure,
	PostingList as List,
	PostingId,
	PostingSummary,
	Reply,
} from '../../../preload/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { useWords } from '../../ui/words.ts';
import { PostingBadge } from './PostingBadge.tsx';
import styles from './PostingList.module.css';
import type { WantedPosting } from './wantedPosting.ts';

const boxes = ['inbox', 'outbox', 'drafts'] as const;
type Box = (typeof boxes)[number];

/** The boxes, one at a time, with what is in each. */
export function PostingList(props: {
	readonly reply: Reply<List> | null;
	readonly failure: Failure | null;
	readonly selected: PostingId | null;
	/** Its box is opened, while it is the one that is selected. */
	readonly wanted: WantedPosting | null;
	readonly select: (id: PostingId) => void;
	/** Begins a posting, or goes on with a draft. */
	readonly write: (draft: PostingId | null) => void;
	readonly note: ReactNode;
}) {
	const { reply } = props;
	const { t } = useTranslation();
	const [box, setBox] = useState<Box>('inbox');
	const postings = reply?.ok ? reply.value.postings : [];
	const drafts = reply?.ok ? reply.value.drafts : [];
	const wanted = postings.find(({ id }) => id === props.selected && id === props.wanted?.posting);
	const boxOfWanted = wanted && (wanted.received ? 'inbox' : 'outbox');
	// biome-ignore lint/correctness/useExhaustiveDependencies: anew for each press
	useEffect(() => {
		if (boxOfWanted) setBox(boxOfWanted);
	}, [props.wanted, boxOfWanted]);
	const todo = postings.filter((one) => one.todo !== null).length;
	const titles: Readonly<Record<Box, string>> = {
		inbox: todo > 0 ? t('inbox.inboxCount', { count: todo }) : t('inbox.inbox'),
		outbox: t('inbox.outbox'),
		drafts: drafts.length > 0 ? t('inbox.draftsCount', { count: drafts.length }) : t('inbox.drafts'),
	};
	return (
		<div className={styles.list}>
			<header className={styles.head}>
				<h1 className={styles.title}>{t('rail.inbox')}</h1>
				<Button icon={<Plus size={18} strokeWidth={1.5} aria-hidden />} onPress={() => props.write(null)}>
					{t('inbox.new')}
				</Button>
			</header>
			<div className={styles.boxes}>
				<Segments
					label={t('inbox.box')}
					value={box}
					items={boxes.map((value) => ({ value, title: titles[value] }))}
					change={setBox}
				/>
			</div>
			<div className={styles.scroll}>
				{props.failure && <FailureCard failure={props.failure} />}
				{reply && !reply.ok && <FailureCard failure={reply.error} />}
				{reply?.ok && box !== 'drafts' && (
					<Postings
						label={titles[box]}
						nothing={t(`inbox.nothing.${box}`)}
						postings={postings.filter(({ received, sent }) => (box === 'inbox' ? received : sent))}
						selected={props.selected}
						select={props.select}
					/>
				)}
				{reply?.ok && box === 'drafts' && <Drafts drafts={drafts} write={props.write} />}
			</div>
			{props.note}
		</div>
	);
}

function Postings(props: {
	readonly label: string;
	readonly nothing: string;
	readonly postings: readonly PostingSummary[];
	readonly selected: PostingId | null;
	readonly select: (id: PostingId) => void;
}) {
	const { postings, selected } = props;
	return (
		<ListBox
			aria-label={props.label}
			className={styles.items}
			selectionMode="single"
			selectedKeys={selected === null ? [] : [selected]}
			onSelectionChange={(keys) => {
				const id = postings.find((one) => keys !== 'all' && keys.has(one.id))?.id;
				if (id) props.select(id);
			}}
			items={postings}
			dependencies={[selected]}
			renderEmptyState={() => <p className={styles.nothing}>{props.nothing}</p>}
		>
			{(posting) => (
				<ListBoxItem id={posting.id} textValue={posting.title} className={styles.item}>
					<Line posting={posting} />
				</ListBoxItem>
			)}
		</ListBox>
	);
}

function Line({ posting }: { readonly posting: PostingSummary }) {
	const { t } = useTranslation();
	const words = useWords();
	const { title, owner, progress, state, pending } = posting;
	return (
		<>
			<span className={styles.name}>{title}</span>
			<span className={styles.under}>
				{posting.sent ? t('inbox.progress', { ...progress, count: progress.wanted }) : t('inbox.from', { name: owner })}
				{state === 'active' && ` · ${t('inbox.until', { date: words.date(posting.expiresAt) })}`}
			</span>
			<span className={styles.badges}>
				<PostingBadge posting={posting} />
				{pending === 'waiting' && (
					<span className={styles.pending}>
						<CloudUpload size={16} strokeWidth={1.5} aria-hidden />
						{t('inbox.waiting')}
					</span>
				)}
				{pending === 'troubled' && (
					<span className={styles.troubled}>
						<TriangleAlert size={16} strokeWidth={1.5} aria-hidden />
						{t('inbox.troubled')}
					</span>
				)}
			</span>
		</>
	);
}

function Drafts(props: { readonly drafts: readonly DraftSummary[]; readonly write: (draft: PostingId) => void }) {
	const { t } = useTranslation();
	const words = useWords();
	if (props.drafts.length === 0) return <p className={styles.nothing}>{t('inbox.nothing.drafts')}</p>;
	return (
		<ul className={styles.items} aria-label={t('inbox.drafts')}>
			{props.drafts.map(({ id, title, changedAt }) => (
				<li key={id} className={styles.draft}>
					<Button
						kind="quiet"
						icon={<PencilLine size={16} strokeWidth={1.5} aria-hidden />}
						onPress={() => props.write(id)}
					>
						{title || t('inbox.untitled')}
					</Button>
					<span className={styles.under}>{words.moment(changedAt)}</span>
				</li>
			))}
		</ul>
	);
}
