import { type RefObject, useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { IdentityId, RowId } from '../../../preload/contract.ts';
import { type CommandTable, useCommands } from '../../app/commands.ts';
import { useDesk } from '../../app/desk.ts';
import { useIdentities } from '../signing/useIdentities.ts';
import { BatchHead } from './BatchHead.tsx';
import { BatchList } from './BatchList.tsx';
import { BatchMarks } from './BatchMarks.tsx';
import { BatchProgress } from './BatchProgress.tsx';
import { BatchReader } from './BatchReader.tsx';
import { BatchResult } from './BatchResult.tsx';
import { BatchSheet } from './BatchSheet.tsx';
import styles from './BatchView.module.css';
import { Pictures } from './pictures.ts';
import { TroubleGroups } from './TroubleGroups.tsx';
import type { BatchInHand } from './useBatch.ts';

/** How the documents are looked at: as a table, by where their marks will be, or one after the other. */
export type BatchViewName = 'list' | 'places' | 'reading';

/** Many documents, and beside them the signing of all. */
export function BatchView(props: {
	readonly batch: BatchInHand;
	readonly table: RefObject<CommandTable>;
	readonly shown: boolean;
	/** Chooses more documents, or all of a folder. */
	readonly addMore: (kind: 'files' | 'folder') => void;
	readonly chooseFolder: () => void;
	/** What can be done about rooms now. */
	readonly rooms: CommandTable;
	readonly fileOver: () => void;
}) {
	const { batch, shown } = props;
	const { t } = useTranslation();
	const { bridge, info } = useDesk();
	const [view, setView] = useState<BatchViewName>('list');
	const [at, setAt] = useState<RowId | null>(null);
	/** The mark is what whoever opened the document wants to see of it. */
	const [atMark, setAtMark] = useState(false);
	const [pressed, setPressed] = useState<IdentityId | null>(null);
	const identities = useIdentities(shown && batch.phase === 'choosing', pressed);
	const pictures = useMemo(() => new Pictures(bridge, info.frameUrl), [bridge, info.frameUrl]);
	const choosing = batch.phase === 'choosing';

	// Before the PIN: what cannot be signed with this certificate, and what signing the rest will cost.
	const isKnown = identities.identities !== null;
	const identity = identities.chosen?.id ?? null;
	useEffect(() => {
		if (shown && choosing && isKnown) void bridge.batch.survey({ identity });
	}, [bridge, shown, choosing, isKnown, identity]);

	const look = useCallback((row: RowId, mark = false) => {
		setAt(row);
		setAtMark(mark);
		setView('reading');
	}, []);
	useCommands(
		props.table,
		useMemo(
			(): CommandTable =>
				shown && (batch.phase === 'choosing' || batch.phase === 'ended') ? { close: () => batch.close() } : {},
			[shown, batch],
		),
	);

	return (
		<div className={styles.batch}>
			<BatchHead
				batch={batch}
				chosen={identities.chosen}
				view={view}
				setView={setView}
				addMore={choosing ? props.addMore : null}
				pack={props.rooms['room-pack']}
			/>
			<div className={styles.body}>
				<div className={styles.main}>
					{view !== 'reading' && (
						<TroubleGroups
							batch={batch}
							look={look}
							checkAgain={() => batch.survey(identity)}
							chooseFolder={props.chooseFolder}
						/>
					)}
					{view === 'list' && <BatchList rows={batch.rows} choosing={choosing} remove={batch.remove} look={look} />}
					{view === 'places' && <BatchMarks batch={batch} pictures={pictures} look={(row) => look(row, true)} />}
					{view === 'reading' && (
						<BatchReader
							batch={batch}
							at={at}
							atMark={atMark}
							go={setAt}
							identity={identities.chosen?.id ?? null}
							fileOver={props.fileOver}
						/>
					)}
				</div>
				<aside className={styles.side} aria-label={t('batch.signTitle')}>
					{choosing && (
						<BatchSheet
							batch={batch}
							identities={identities}
							choose={setPressed}
							read={() => {
								setAtMark(false);
								setView('reading');
							}}
							chooseFolder={props.chooseFolder}
						/>
					)}
					{(batch.phase === 'running' || batch.phase === 'paused') && <BatchProgress batch={batch} />}
					{(batch.phase === 'ended' || batch.phase === 'interrupted') && (
						<BatchResult batch={batch} seal={props.rooms['room-seal']} />
					)}
				</aside>
			</div>
		</div>
	);
}
