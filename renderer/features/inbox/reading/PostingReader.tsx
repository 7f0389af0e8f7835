import { ArrowLeft } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, OpenDocument, Posting, PostingId, PostingSigned } from '../../../../preload/contract.ts';
import { useDesk } from '../../../app/desk.ts';
import type { FromFrame } from '../../../frame/fromFrame.ts';
import type { Outline } from '../../../frame/protocol.ts';
import { Button } from '../../../ui/Button.tsx';
import { FailureCard } from '../../../ui/FailureCard.tsx';
import { Segments } from '../../../ui/Segments.tsx';
import { concernsOf, type Faults, noFaults, withFault } from '../../documents/concerns.ts';
import { type MarkToPlace, Viewer, type ViewerControls } from '../../documents/Viewer.tsx';
import { usePreview } from '../../signing/usePreview.ts';
import { useFresh } from '../useFresh.ts';
import styles from './PostingReader.module.css';
import { ReaderPanel } from './ReaderPanel.tsx';
import { useOpenedDocuments } from './useOpenedDocuments.ts';
import { type PostingSigning, usePostingSigning } from './usePostingSigning.ts';

/** The documents of a posting, one at a time, and beside them the signing of those that wait for this person. */
export function PostingReader(props: {
	readonly posting: PostingId;
	/** Null: the first that is to be signed. */
	readonly first: string | null;
	readonly fileOver: () => void;
	readonly close: () => void;
}) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const id = props.posting;
	const { reply, refresh } = useFresh(useCallback(() => bridge.postings.get({ posting: id }), [bridge, id]));
	const posting = reply?.ok ? reply.value : null;
	return (
		<div className={styles.reader}>
			<header className={styles.head}>
				<Button kind="quiet" icon={<ArrowLeft size={18} strokeWidth={1.5} aria-hidden />} onPress={props.close}>
					{t('reader.back')}
				</Button>
				<h1 className={styles.title}>{posting?.title}</h1>
			</header>
			{reply && !reply.ok && (
				<div className={styles.trouble}>
					<FailureCard failure={reply.error} />
				</div>
			)}
			{posting && <Reading posting={posting} first={props.first} fileOver={props.fileOver} refresh={refresh} />}
		</div>
	);
}

function Reading(props: {
	readonly posting: Posting;
	readonly first: string | null;
	readonly fileOver: () => void;
	readonly refresh: () => void;
}) {
	const { posting, refresh } = props;
	const { t } = useTranslation();
	const toSign = useMemo(
		() => posting.documents.filter(({ mine }) => mine === 'to-sign').map(({ id }) => id),
		[posting.documents],
	);
	const [shown, setShown] = useState(() => props.first ?? toSign[0] ?? posting.documents[0]?.id ?? '');
	const [side, setSide] = useState<'pages' | 'panel'>('pages');
	const [signed, setSigned] = useState<PostingSigned | null>(null);
	const opened = useOpenedDocuments(posting.id);
	const { fetch, forget } = opened;
	const take = (result: PostingSigned) => {
		setSigned(result);
		// The next look is at the document as it is now.
		forget(result.documents.map(({ document }) => document));
		refresh();
	};
	const signing = usePostingSigning(posting.id, toSign.length > 0, take);
	// What is to be signed is all here before the PIN is asked for; what is looked at comes first.
	useEffect(() => void fetch([shown, ...toSign]), [fetch, shown, toSign]);
	const [faults, setFaults] = useState<ReadonlyMap<string, Faults>>(new Map());
	const field = posting.documents.find(({ id }) => id === shown)?.field ?? null;
	const document = opened.open.get(shown);
	const concerned = toSign.includes(shown) || toSign.length === 0 ? [shown, ...toSign] : toSign;
	const concerns = [...new Set(concerned)].flatMap((id) => {
		const one = opened.open.get(id);
		const lines = one ? concernsOf(one.concerns, faults.get(id) ?? noFaults) : [];
		return one && lines.length > 0 ? [{ name: one.name, lines }] : [];
	});
	return (
		<>
			<div className={styles.sides}>
				<Segments
					label={t('reader.side')}
					value={side}
					items={[
						{ value: 'pages', title: t('toolbar.pages') },
						{ value: 'panel', title: toSign.length > 0 ? t('signing.title') : t('posting.documents') },
					]}
					change={setSide}
				/>
			</div>
			<div className={styles.body} data-side={side}>
				<div className={styles.pages}>
					{opened.failure && (
						<div className={styles.trouble}>
							<FailureCard failure={opened.failure}>
								<Button onPress={() => void fetch([shown, ...toSign])}>{t('reader.again')}</Button>
							</FailureCard>
						</div>
					)}
					{!document && !opened.failure && (
						<p className={styles.loading} role="status">
							{t('reader.fetching')}
						</p>
					)}
					{document && (
						<Pages
							key={document.handle}
							document={document}
							field={field}
							signing={signing}
							told={(message) => {
								if (message.kind === 'file-over') props.fileOver();
								if (message.kind === 'not-drawn')
									setFaults((known) => new Map(known).set(shown, withFault(known.get(shown) ?? noFaults, message)));
							}}
						/>
					)}
				</div>
				<aside className={styles.panel} aria-label={toSign.length > 0 ? t('signing.title') : t('posting.documents')}>
					<ReaderPanel
						posting={posting}
						shown={shown}
						show={setShown}
						toSign={toSign}
						open={opened.open}
						signing={signing}
						signed={signed}
						completed={take}
						concerns={concerns}
					/>
				</aside>
			</div>
		</>
	);
}

/** The pages, with the mark as it will stand in the field that waits. */
function Pages(props: {
	readonly document: OpenDocument;
	readonly field: string | null;
	readonly signing: PostingSigning;
	readonly told: (message: FromFrame) => void;
}) {
	const { document, field, signing } = props;
	const { settings } = useDesk();
	const [failure, setFailure] = useState<Failure | null>(null);
	const viewer = useRef<ViewerControls>(null);
	const waiting = document.emptyFields.find(({ name }) => name === field);
	const place = useMemo(
		() => (waiting?.rectangle && waiting.page !== null ? { page: waiting.page, rectangle: waiting.rectangle } : null),
		[waiting],
	);
	const preview = usePreview(document, signing.chosen?.id ?? null, place, signing.words, field !== null);
	const mark: MarkToPlace = useMemo(() => ({ mode: place ? 'fixed' : 'off', place, preview }), [place, preview]);
	const outlines: readonly Outline[] = useMemo(
		() => (place ? [{ tone: 'field', label: field ?? '', ...place }] : []),
		[place, field],
	);
	return (
		<>
			{failure && (
				<div className={styles.trouble}>
					<FailureCard failure={failure} />
				</div>
			)}
			<Viewer
				ref={viewer}
				document={document}
				password={null}
				thumbnails={settings.thumbnails}
				outlines={outlines}
				mark={mark}
				told={props.told}
				readFailed={setFailure}
			/>
		</>
	);
}
