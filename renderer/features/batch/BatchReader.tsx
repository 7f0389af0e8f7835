import { ChevronLeft, ChevronRight, Eye } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BatchRow, Failure, IdentityId, OpenDocument, Reply, RowId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import type { FromFrame } from '../../frame/fromFrame.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { ConcernList } from '../documents/ConcernList.tsx';
import { concernsOf, noFaults, withFault } from '../documents/concerns.ts';
import { Viewer, type ViewerControls } from '../documents/Viewer.tsx';
import styles from './BatchReader.module.css';
import type { BatchInHand } from './useBatch.ts';
import { useMarkPreview } from './useMarkPreview.ts';

const icon = { size: 20, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** One document after the other, each noted as read; and its mark, which can be moved. */
export function BatchReader(props: {
	readonly batch: BatchInHand;
	/** Null: the first one. */
	readonly at: RowId | null;
	/** Begin at the mark, not at the first page. */
	readonly atMark: boolean;
	readonly go: (row: RowId) => void;
	readonly identity: IdentityId | null;
	readonly fileOver: () => void;
}) {
	const { batch, go } = props;
	const { t } = useTranslation();
	const rows = useMemo(() => batch.rows.filter(({ pages }) => pages !== null), [batch.rows]);
	const index = Math.max(
		0,
		rows.findIndex(({ id }) => id === props.at),
	);
	const row = rows[index];
	if (!row) return <p className={styles.nothing}>{t('batch.nothingToRead')}</p>;
	const turn = (by: number) => {
		const other = rows[index + by];
		if (other) go(other.id);
	};
	return (
		<OneOfMany
			key={row.id}
			{...props}
			row={row}
			position={t('batch.position', { at: index + 1, count: rows.length })}
			previous={index > 0 ? () => turn(-1) : null}
			next={index < rows.length - 1 ? () => turn(1) : null}
		/>
	);
}

function OneOfMany(props: {
	readonly batch: BatchInHand;
	readonly row: BatchRow;
	readonly atMark: boolean;
	readonly position: string;
	readonly previous: (() => void) | null;
	readonly next: (() => void) | null;
	readonly identity: IdentityId | null;
	readonly fileOver: () => void;
}) {
	const { batch, row, previous, next } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [opened, setOpened] = useState<Reply<OpenDocument> | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [faults, setFaults] = useState(noFaults);
	const [moving, setMoving] = useState(false);
	const viewer = useRef<ViewerControls>(null);
	/** Until the first page was drawn. */
	const toShow = useRef(props.atMark);
	const choosing = batch.phase === 'choosing';

	useEffect(() => {
		const asked = bridge.batch.open({ row: row.id, reading: true });
		let wanted = true;
		void asked.then((reply) => wanted && setOpened(reply));
		return () => {
			wanted = false;
			void asked.then((reply) => {
				if (reply.ok) void bridge.documents.close({ handle: reply.value.handle });
			});
		};
	}, [bridge, row.id]);

	const document = opened?.ok ? opened.value : null;
	const preview = useMarkPreview(choosing ? document : null, props.identity, row.place, batch.wish);
	const concerns = useMemo(() => concernsOf(row.concerns, faults), [row.concerns, faults]);
	const told = (message: FromFrame) => {
		switch (message.kind) {
			case 'placed':
				batch.place(row.id, { kind: 'rectangle', page: message.page, rectangle: message.rectangle });
				break;
			case 'not-drawn':
				setFaults((known) => withFault(known, message));
				break;
			case 'file-over':
				props.fileOver();
				break;
			case 'drawn':
				if (toShow.current && row.place) viewer.current?.show(row.place);
				toShow.current = false;
				break;
			case 'failed':
				setFailure({ code: `frame-${message.why}`, message: '', hint: '', subject: row.name, details: {} });
				break;
			case 'key':
				if (message.key === 'Escape') setMoving(false);
				break;
			default:
				break;
		}
	};
	const ownPlace = row.ownPlace;
	return (
		<div className={styles.reader}>
			<div className={styles.bar}>
				<IconButton label={t('batch.previous')} isDisabled={previous === null} onPress={() => previous?.()}>
					<ChevronLeft {...icon} />
				</IconButton>
				<IconButton label={t('batch.next')} isDisabled={next === null} onPress={() => next?.()}>
					<ChevronRight {...icon} />
				</IconButton>
				<div className={styles.what}>
					<h2 className={styles.name} title={row.name}>
						{row.name}
					</h2>
					<p className={styles.position} role="status">
						{props.position}
						{row.read && (
							<>
								{' · '}
								<Eye size={14} strokeWidth={1.5} aria-hidden /> {t('batch.read')}
							</>
						)}
					</p>
				</div>
				{choosing && (
					<div className={styles.tools}>
						{ownPlace && (
							<>
								<Button onPress={() => batch.change({ place: ownPlace })}>{t('batch.forAll')}</Button>
								<Button onPress={() => batch.place(row.id, null)}>{t('batch.likeAll')}</Button>
							</>
						)}
						<Button
							onPress={() => {
								if (!moving && row.place) viewer.current?.show(row.place);
								setMoving(!moving);
							}}
						>
							{moving ? t('batch.doneMoving') : row.place ? t('batch.moveMark') : t('batch.drawMark')}
						</Button>
					</div>
				)}
			</div>
			{moving && (
				<p className={styles.hint} role="status">
					{t('batch.drawNow')}
				</p>
			)}
			{(failure || (opened && !opened.ok) || concerns.length > 0) && (
				<div className={styles.notes}>
					{opened && !opened.ok && <FailureCard failure={opened.error} />}
					{failure && <FailureCard failure={failure} />}
					<ConcernList concerns={concerns} />
				</div>
			)}
			{document && (
				<Viewer
					key={document.handle}
					ref={viewer}
					document={document}
					password={batch.passwordOf(row.id)}
					thumbnails={false}
					outlines={[]}
					mark={{ mode: choosing ? (moving ? 'draw' : 'fixed') : 'off', place: row.place, preview }}
					told={told}
					readFailed={setFailure}
				/>
			)}
		</div>
	);
}
