import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account, Failure, PostingDraft, PostingId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { ConnectionNote } from './ConnectionNote.tsx';
import { ComposeView } from './compose/ComposeView.tsx';
import styles from './InboxPlace.module.css';
import { NoAccount } from './NoAccount.tsx';
import { NothingChosen } from './NothingChosen.tsx';
import { PostingList } from './PostingList.tsx';
import { PostingView } from './PostingView.tsx';
import { PostingReader } from './reading/PostingReader.tsx';
import { useAccount } from './useAccount.ts';
import { useFresh } from './useFresh.ts';
import type { WantedPosting } from './wantedPosting.ts';

/** What is in front: the list with one posting beside it, a posting that is being written, or one that is being read. */
type Front =
	| { readonly kind: 'list' }
	| { readonly kind: 'writing'; readonly draft: PostingDraft }
	| { readonly kind: 'reading'; readonly posting: PostingId; readonly document: string | null };

interface Props {
	readonly shown: boolean;
	/** The last press; null: none yet. */
	readonly wanted: WantedPosting | null;
	readonly fileOver: () => void;
}

/** Postings: what others sent to this person, what this person sent, and what is still being written. */
export function InboxPlace(props: Props) {
	const { t } = useTranslation();
	const account = useAccount();
	return (
		<section className={styles.place} hidden={!props.shown} aria-label={t('rail.inbox')}>
			{account.reply && !account.reply.ok && (
				<div className={styles.trouble}>
					<FailureCard failure={account.reply.error} />
				</div>
			)}
			{account.reply?.ok &&
				(account.reply.value ? (
					<Postings account={account.reply.value} {...props} />
				) : (
					<NoAccount shown={props.shown} loggedIn={account.set} />
				))}
		</section>
	);
}

function Postings(props: Props & { readonly account: Account }) {
	const { account, shown, wanted } = props;
	const { bridge } = useDesk();
	const [front, setFront] = useState<Front>({ kind: 'list' });
	const [selected, setSelected] = useState<PostingId | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const list = useFresh(useCallback(() => bridge.postings.list(), [bridge]));
	const back = () => {
		setFront({ kind: 'list' });
		list.refresh();
	};
	useEffect(() => {
		if (!wanted) return;
		setSelected(wanted.posting);
		// A posting that is being written is kept first, and closes itself.
		setFront((now) => (now.kind === 'writing' ? now : { kind: 'list' }));
	}, [wanted]);

	const write = async (id: PostingId | null) => {
		const reply = id === null ? await bridge.drafts.create() : await bridge.drafts.get({ posting: id });
		setFailure(reply.ok ? null : reply.error);
		if (reply.ok) setFront({ kind: 'writing', draft: reply.value });
	};

	// The first to be done is looked at without being asked for.
	const first = list.reply?.ok ? (list.reply.value.postings[0]?.id ?? null) : null;
	useEffect(() => setSelected((now) => now ?? first), [first]);

	if (front.kind === 'writing') {
		return (
			<ComposeView
				first={front.draft}
				shown={shown}
				fileOver={props.fileOver}
				wanted={wanted}
				close={back}
				sent={(id) => {
					setSelected(id);
					back();
				}}
			/>
		);
	}
	if (front.kind === 'reading') {
		return (
			<PostingReader
				key={front.posting}
				posting={front.posting}
				first={front.document}
				fileOver={props.fileOver}
				close={back}
			/>
		);
	}
	return (
		<div className={styles.columns} data-front={selected === null ? 'list' : 'posting'}>
			<PostingList
				reply={list.reply}
				failure={failure}
				selected={selected}
				wanted={wanted}
				select={setSelected}
				write={(id) => void write(id)}
				note={<ConnectionNote account={account} />}
			/>
			{selected === null && <NothingChosen />}
			{selected !== null && (
				<PostingView
					key={selected}
					id={selected}
					changed={list.refresh}
					read={(document) => setFront({ kind: 'reading', posting: selected, document })}
					back={() => setSelected(null)}
				/>
			)}
		</div>
	);
}
