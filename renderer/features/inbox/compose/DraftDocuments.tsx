import { FilePlus2, FileText, X } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, OpenDocument, PostingDraft, Reply } from '../../../../preload/contract.ts';
import { useDesk } from '../../../app/desk.ts';
import { Button, IconButton } from '../../../ui/Button.tsx';
import { FailureCard } from '../../../ui/FailureCard.tsx';
import { useWords } from '../../../ui/words.ts';
import { Chooser } from '../../documents/Chooser.tsx';
import styles from './ComposeView.module.css';
import { withDocument, withoutDocument } from './draft.ts';

/** What is sent: files that are dropped anywhere on the window, or chosen. */
export function DraftDocuments(props: {
	readonly draft: PostingDraft;
	readonly change: (next: (draft: PostingDraft) => PostingDraft) => void;
	/** Whether this place is in front: then dropped files are for it. */
	readonly shown: boolean;
}) {
	const { draft, change, shown } = props;
	const { t } = useTranslation();
	const words = useWords();
	const { bridge, info, dropped } = useDesk();
	const [choosing, setChoosing] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);

	/** The store has its own copy: the document need not stay open. */
	const take = useCallback(
		async (asked: Promise<Reply<OpenDocument>>) => {
			const opened = await asked;
			if (!opened.ok) return setFailure(opened.error);
			const { handle } = opened.value;
			const added = await bridge.drafts.addDocument({ handle });
			await bridge.documents.close({ handle });
			if (!added.ok) return setFailure(added.error);
			setFailure(null);
			change((now) => withDocument(now, added.value));
		},
		[bridge, change],
	);
	useEffect(() => {
		if (!shown) return;
		return dropped.takeWith(async (files) => {
			for (const file of files) await take(bridge.files.open(file));
		});
	}, [shown, dropped, bridge, take]);

	const choose = async () => {
		if (info.chooser === 'listing') return setChoosing(true);
		const reply = await bridge.documents.choose();
		if (!reply.ok) return setFailure(reply.error);
		for (const value of reply.value) await take(Promise.resolve({ ok: true, value }));
	};

	return (
		<section className={styles.section} aria-label={t('compose.documents')}>
			<div className={styles.sectionHead}>
				<h2 className={styles.sectionTitle}>{t('compose.documents')}</h2>
				<Button icon={<FilePlus2 size={18} strokeWidth={1.5} aria-hidden />} onPress={() => void choose()}>
					{t('compose.addDocument')}
				</Button>
			</div>
			{draft.documents.length === 0 && <p className={styles.words}>{t('compose.dropHint')}</p>}
			<ul className={styles.rows}>
				{draft.documents.map(({ id, name, size, pages }) => (
					<li key={id} className={styles.row}>
						<FileText size={20} strokeWidth={1.5} aria-hidden />
						<span className={styles.grow}>
							<span className={styles.name}>{name}</span>
							<span className={styles.words}>
								{t('compose.pages', { count: pages })} · {words.bytes(size)}
							</span>
						</span>
						<IconButton
							label={t('compose.removeDocument', { name })}
							onPress={() => change((now) => withoutDocument(now, id))}
						>
							<X size={18} strokeWidth={1.5} aria-hidden />
						</IconButton>
					</li>
				))}
			</ul>
			{failure && (
				<FailureCard failure={failure}>
					<Button onPress={() => setFailure(null)}>{t('common.dismiss')}</Button>
				</FailureCard>
			)}
			{choosing && (
				<Chooser
					title={t('compose.addDocument')}
					choose={({ id }) => {
						setChoosing(false);
						void take(bridge.documents.openListed({ id }));
					}}
					close={() => setChoosing(false)}
				/>
			)}
		</section>
	);
}
