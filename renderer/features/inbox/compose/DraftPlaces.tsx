import { Frame } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DraftDocument, Failure, OpenDocument, PostingDraft } from '../../../../preload/contract.ts';
import { useDesk } from '../../../app/desk.ts';
import type { FromFrame } from '../../../frame/fromFrame.ts';
import type { Outline } from '../../../frame/protocol.ts';
import { Button } from '../../../ui/Button.tsx';
import { FailureCard } from '../../../ui/FailureCard.tsx';
import { Picker } from '../../../ui/Picker.tsx';
import { Viewer } from '../../documents/Viewer.tsx';
import styles from './ComposeView.module.css';
import { signersOf, withField, withoutField } from './draft.ts';

/** Where each signatory signs on the pages. Whoever has no place is given one at the foot of the last page. */
export function DraftPlaces(props: {
	readonly draft: PostingDraft;
	readonly change: (next: (draft: PostingDraft) => PostingDraft) => void;
	readonly fileOver: () => void;
}) {
	const { draft } = props;
	const { t } = useTranslation();
	const signed = draft.documents.filter(({ id }) => signersOf(draft, id).length > 0);
	const [wanted, setWanted] = useState('');
	// Pages are drawn where there is room for them: what is folded away has none.
	const [choosing, setChoosing] = useState(false);
	const document = signed.find(({ id }) => id === wanted) ?? signed[0];
	if (!document) return null;
	return (
		<section className={styles.section} aria-label={t('compose.places')}>
			<h2 className={styles.sectionTitle}>{t('compose.places')}</h2>
			<p className={styles.words}>{t('compose.placesHint')}</p>
			{!choosing && (
				<div>
					<Button icon={<Frame size={18} strokeWidth={1.5} aria-hidden />} onPress={() => setChoosing(true)}>
						{t('compose.choosePlaces')}
					</Button>
				</div>
			)}
			{choosing && (
				<div className={styles.rows}>
					{signed.length > 1 && (
						<Picker
							label={t('compose.document')}
							value={document.id}
							items={signed.map(({ id, name }) => ({ value: id, title: name }))}
							change={setWanted}
						/>
					)}
					<PlacesIn key={document.id} document={document} {...props} />
				</div>
			)}
		</section>
	);
}

function PlacesIn(props: {
	readonly document: DraftDocument;
	readonly draft: PostingDraft;
	readonly change: (next: (draft: PostingDraft) => PostingDraft) => void;
	readonly fileOver: () => void;
}) {
	const { document, draft, change } = props;
	const { t } = useTranslation();
	const { open, failure } = useDraftDocument(document);
	const [readFailure, setReadFailure] = useState<Failure | null>(null);
	const signers = signersOf(draft, document.id);
	const [wanted, setWanted] = useState('');
	const person = signers.find(({ id }) => id === wanted) ?? signers[0];
	const fields = draft.fields.filter((field) => field.document === document.id);
	const own = fields.find((field) => field.person === person?.id) ?? null;
	const outlines: readonly Outline[] = useMemo(
		() =>
			draft.fields
				.filter((field) => field.document === document.id && field.person !== person?.id)
				.map(({ person: id, page, rectangle }) => ({
					tone: 'field',
					page,
					rectangle,
					label: draft.people.find((one) => one.id === id)?.name ?? '',
				})),
		[draft.fields, draft.people, document.id, person?.id],
	);
	const mark = useMemo(
		() => ({ mode: 'draw' as const, place: own && { page: own.page, rectangle: own.rectangle }, preview: null }),
		[own],
	);
	if (!person) return null;
	const nameOf = (one: (typeof signers)[number]) => one.name.trim() || t('compose.unnamed');
	const told = (message: FromFrame) => {
		if (message.kind === 'file-over') props.fileOver();
		if (message.kind !== 'placed') return;
		const { page, rectangle } = message;
		change((now) => withField(now, { person: person.id, document: document.id, page, rectangle }));
	};
	const trouble = failure ?? readFailure;
	return (
		<>
			<Picker
				label={t('compose.placeOf')}
				value={person.id}
				items={signers.map((one) => ({ value: one.id, title: nameOf(one) }))}
				change={setWanted}
			/>
			<div className={styles.sectionHead}>
				<p className={styles.words} role="status">
					{own ? t('compose.placed', { page: own.page }) : t('compose.drawPlace', { name: nameOf(person) })}
				</p>
				{own && (
					<Button onPress={() => change((now) => withoutField(now, { person: person.id, document: document.id }))}>
						{t('compose.removePlace')}
					</Button>
				)}
			</div>
			{trouble && <FailureCard failure={trouble} />}
			<div className={styles.pages}>
				{open && (
					<Viewer
						ref={null}
						key={open.handle}
						document={open}
						password={null}
						thumbnails={false}
						outlines={outlines}
						mark={mark}
						told={told}
						readFailed={setReadFailure}
					/>
				)}
			</div>
		</>
	);
}

/** A document of the draft, open for as long as it is shown. */
function useDraftDocument(document: DraftDocument): {
	readonly open: OpenDocument | null;
	readonly failure: Failure | null;
} {
	const { bridge } = useDesk();
	const [open, setOpen] = useState<OpenDocument | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	useEffect(() => {
		let opened: OpenDocument | null = null;
		let wanted = true;
		void bridge.drafts.openDocument({ document }).then((reply) => {
			if (!reply.ok) return setFailure(reply.error);
			opened = reply.value;
			if (wanted) setOpen(reply.value);
			else void bridge.documents.close({ handle: reply.value.handle });
		});
		return () => {
			wanted = false;
			if (opened) void bridge.documents.close({ handle: opened.handle });
		};
	}, [bridge, document]);
	return { open, failure };
}
