import { ArrowLeft, Send, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, PostingDraft, PostingId } from '../../../../preload/contract.ts';
import { useDesk } from '../../../app/desk.ts';
import { Button } from '../../../ui/Button.tsx';
import { FailureCard } from '../../../ui/FailureCard.tsx';
import { Field } from '../../../ui/Field.tsx';
import { TextArea } from '../../../ui/TextArea.tsx';
import type { WantedPosting } from '../wantedPosting.ts';
import styles from './ComposeView.module.css';
import { DraftDocuments } from './DraftDocuments.tsx';
import { DraftMatrix } from './DraftMatrix.tsx';
import { DraftPeople } from './DraftPeople.tsx';
import { DraftPlaces } from './DraftPlaces.tsx';
import { DraftSteps } from './DraftSteps.tsx';
import { DraftTerms } from './DraftTerms.tsx';
import { missingIn } from './draft.ts';
import { useDraft } from './useDraft.ts';

/** Writing a posting, on one sheet from top to bottom; at its foot what is still missing, and the button that sends. */
export function ComposeView(props: {
	readonly first: PostingDraft;
	readonly shown: boolean;
	readonly fileOver: () => void;
	/** Another posting is to be shown from now on: this one is kept, and closed. */
	readonly wanted: WantedPosting | null;
	readonly close: () => void;
	readonly sent: (id: PostingId) => void;
}) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const inHand = useDraft(props.first);
	const { draft, change } = inHand;
	const [sending, setSending] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const trouble = failure ?? inHand.failure;
	const missing = missingIn(draft, new Date());

	const leave = async () => {
		await inHand.keep();
		props.close();
	};
	const before = useRef(props.wanted);
	// biome-ignore lint/correctness/useExhaustiveDependencies: once for each press
	useEffect(() => {
		if (props.wanted !== before.current && !sending) void leave();
	}, [props.wanted]);
	const send = async () => {
		setSending(true);
		// Nothing is left to be kept after it has gone: it would be a draft again.
		await inHand.keep();
		const reply = await bridge.drafts.send(draft);
		setSending(false);
		if (reply.ok) props.sent(draft.id);
		else setFailure(reply.error);
	};
	const remove = async () => {
		await inHand.keep();
		await bridge.drafts.remove({ posting: draft.id });
		props.close();
	};
	return (
		<div className={styles.compose}>
			<header className={styles.head}>
				<Button
					kind="quiet"
					icon={<ArrowLeft size={18} strokeWidth={1.5} aria-hidden />}
					isDisabled={sending}
					onPress={() => void leave()}
				>
					{t('compose.back')}
				</Button>
				<h1 className={styles.title}>{t('compose.title')}</h1>
				<Button
					kind="quiet"
					icon={<Trash2 size={18} strokeWidth={1.5} aria-hidden />}
					isDisabled={sending}
					onPress={() => void remove()}
				>
					{t('compose.remove')}
				</Button>
			</header>
			<div className={styles.scroll}>
				<div className={styles.sections}>
					<DraftDocuments draft={draft} change={change} shown={props.shown} />
					<section className={styles.section} aria-label={t('compose.about')}>
						<Field
							label={t('compose.titleField')}
							maxLength={200}
							value={draft.title}
							onChange={(title) => change((now) => ({ ...now, title }))}
						/>
						<TextArea
							label={t('compose.message')}
							maxLength={4000}
							value={draft.message}
							onChange={(message) => change((now) => ({ ...now, message }))}
						/>
					</section>
					<DraftPeople draft={draft} change={change} />
					<DraftSteps draft={draft} change={change} />
					<DraftMatrix draft={draft} change={change} />
					<DraftPlaces draft={draft} change={change} fileOver={props.fileOver} />
					<DraftTerms draft={draft} change={change} />
				</div>
			</div>
			<footer className={styles.foot}>
				{trouble && <FailureCard failure={trouble} />}
				<p className={styles.missing} role="status">
					{missing === null ? t('compose.ready') : t(`compose.missing.${missing}`)}
				</p>
				<Button
					kind="primary"
					icon={<Send size={18} strokeWidth={1.5} aria-hidden />}
					isDisabled={missing !== null || sending}
					onPress={() => void send()}
				>
					{sending ? t('compose.sending') : t('compose.send')}
				</Button>
			</footer>
		</div>
	);
}
