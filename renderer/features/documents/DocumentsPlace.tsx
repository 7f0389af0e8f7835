import { type RefObject, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CommandTable, useCommands } from '../../app/commands.ts';
import { useDesk } from '../../app/desk.ts';
import type { OpenDocuments } from '../../app/useDocuments.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { BatchChooser, OutputChooser } from '../batch/BatchChooser.tsx';
import { BatchView } from '../batch/BatchView.tsx';
import type { BatchInHand } from '../batch/useBatch.ts';
import { Chooser } from './Chooser.tsx';
import styles from './DocumentsPlace.module.css';
import { DocumentTabs } from './DocumentTabs.tsx';
import { DocumentView } from './DocumentView.tsx';
import { EmptyDocuments } from './EmptyDocuments.tsx';

/** What is open, one document at a time; the batch, where there is one; or what this place is for. */
export function DocumentsPlace(props: {
	readonly documents: OpenDocuments;
	readonly batch: BatchInHand | null;
	/** Whether the batch is in front of the documents. */
	readonly batchShown: boolean;
	readonly showBatch: (shown: boolean) => void;
	/** What can be done about rooms now. */
	readonly rooms: CommandTable;
	readonly shown: boolean;
	readonly table: RefObject<CommandTable>;
	/** Files are dragged over the frame, which sees the drag before the window does. */
	readonly fileOver: () => void;
}) {
	const { documents, batch, showBatch, shown, table } = props;
	const { active, failure } = documents;
	const { t } = useTranslation();
	const { bridge, info, goTo } = useDesk();
	const [choosing, setChoosing] = useState<'document' | 'batch' | 'output' | null>(null);
	const inFront = batch !== null && (props.batchShown || !active);

	const open = useMemo(
		() => async () => {
			goTo('documents');
			if (info.chooser === 'listing') return setChoosing('document');
			const reply = await bridge.documents.choose();
			if (reply.ok) documents.add(reply.value);
			else documents.fail(reply.error);
		},
		[bridge, info.chooser, documents, goTo],
	);
	const addMore = useMemo(
		() => async (kind: 'files' | 'folder') => {
			goTo('documents');
			if (info.chooser === 'listing') return setChoosing('batch');
			const reply = await bridge.batch.choose({ kind });
			if (!reply.ok) documents.fail(reply.error);
			else if (reply.value) showBatch(true);
		},
		[bridge, info.chooser, documents, goTo, showBatch],
	);
	const chooseFolder = () => {
		if (info.chooser === 'listing') return setChoosing('output');
		void bridge.batch.chooseOutput();
	};
	const mayAdd = batch === null || batch.phase === 'choosing' || batch.phase === 'ended';
	useCommands(
		table,
		useMemo(
			(): CommandTable => ({
				open: () => void open(),
				'sign-several': mayAdd ? () => void addMore('files') : undefined,
				// The chooser of the window offers both in one.
				'sign-folder': mayAdd && info.chooser === 'dialog' ? () => void addMore('folder') : undefined,
			}),
			[open, addMore, mayAdd, info.chooser],
		),
	);

	return (
		<section className={styles.place} hidden={!shown} aria-label={t('rail.documents')}>
			{documents.all.length + (batch ? 1 : 0) > 1 && (
				<DocumentTabs documents={documents} batch={batch} batchShown={inFront} showBatch={showBatch} />
			)}
			{failure && (active || batch) && (
				<div className={styles.failure}>
					<FailureCard failure={failure}>
						<Button onPress={() => documents.dismiss()}>{t('common.dismiss')}</Button>
					</FailureCard>
				</div>
			)}
			{inFront && (
				<BatchView
					batch={batch}
					table={table}
					shown={shown}
					addMore={(kind) => void addMore(kind)}
					chooseFolder={chooseFolder}
					rooms={props.rooms}
					fileOver={props.fileOver}
				/>
			)}
			{active && (
				<div className={styles.document} hidden={inFront}>
					<DocumentView
						// A document of its own, a view of its own: nothing is carried over but by `documents`.
						key={active.handle}
						document={active}
						documents={documents}
						table={table}
						shown={shown && !inFront}
						open={() => void open()}
						fileOver={props.fileOver}
					/>
				</div>
			)}
			{!active && !batch && (
				<EmptyDocuments
					failure={failure}
					opening={documents.opening}
					open={() => void open()}
					signSeveral={() => void addMore('files')}
					rooms={props.rooms}
				/>
			)}
			{choosing === 'document' && (
				<Chooser
					title={t('chooser.title')}
					choose={({ id }) => {
						setChoosing(null);
						void documents.open(bridge.documents.openListed({ id }));
					}}
					close={() => setChoosing(null)}
				/>
			)}
			{choosing === 'batch' && (
				<BatchChooser added={batch?.phase === 'choosing' ? batch.rows.length : 0} close={() => setChoosing(null)} />
			)}
			{choosing === 'output' && <OutputChooser close={() => setChoosing(null)} />}
		</section>
	);
}
