import { type RefObject, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type CommandTable, useCommands } from '../../app/commands.ts';
import { useDesk } from '../../app/desk.ts';
import type { OpenDocuments } from '../../app/useDocuments.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Chooser } from './Chooser.tsx';
import styles from './DocumentsPlace.module.css';
import { DocumentTabs } from './DocumentTabs.tsx';
import { DocumentView } from './DocumentView.tsx';
import { EmptyDocuments } from './EmptyDocuments.tsx';

/** What is open, one document at a time; or what this place is for. */
export function DocumentsPlace(props: {
	readonly documents: OpenDocuments;
	readonly shown: boolean;
	readonly table: RefObject<CommandTable>;
	/** Files are dragged over the frame, which sees the drag before the window does. */
	readonly fileOver: () => void;
}) {
	const { documents, shown, table } = props;
	const { active, failure } = documents;
	const { t } = useTranslation();
	const { bridge, info, goTo } = useDesk();
	const [choosing, setChoosing] = useState(false);

	const open = useMemo(
		() => async () => {
			goTo('documents');
			if (info.chooser === 'listing') return setChoosing(true);
			const reply = await bridge.documents.choose();
			if (reply.ok) documents.add(reply.value);
			else documents.fail(reply.error);
		},
		[bridge, info.chooser, documents, goTo],
	);
	useCommands(
		table,
		useMemo(() => ({ open: () => void open() }), [open]),
	);

	return (
		<section className={styles.place} hidden={!shown} aria-label={t('rail.documents')}>
			{documents.all.length > 1 && <DocumentTabs documents={documents} />}
			{failure && active && (
				<div className={styles.failure}>
					<FailureCard failure={failure}>
						<Button onPress={() => documents.dismiss()}>{t('common.dismiss')}</Button>
					</FailureCard>
				</div>
			)}
			{active ? (
				<DocumentView
					// A document of its own, a view of its own: nothing is carried over but by `documents`.
					key={active.handle}
					document={active}
					documents={documents}
					table={table}
					shown={shown}
					open={() => void open()}
					fileOver={props.fileOver}
				/>
			) : (
				<EmptyDocuments failure={failure} opening={documents.opening} open={() => void open()} />
			)}
			{choosing && <Chooser documents={documents} close={() => setChoosing(false)} />}
		</section>
	);
}
