import { useEffect, useMemo, useRef, useState } from 'react';
import { GridLayout, GridList, GridListItem, Size, Virtualizer } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { BatchRow, RowId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import styles from './BatchMarks.module.css';
import type { PagePicture, Pictures } from './pictures.ts';
import type { BatchInHand } from './useBatch.ts';

/** CSS pixels, at a text size of 16. */
const ITEM = { width: 184, height: 276, gap: 12 };

/** Where each mark will be, as small pictures of the pages; one that is wrong is corrected by pressing it. */
export function BatchMarks(props: {
	readonly batch: BatchInHand;
	readonly pictures: Pictures;
	readonly look: (row: RowId) => void;
}) {
	const { batch, pictures, look } = props;
	const { t } = useTranslation();
	const layoutOptions = useMemo(() => {
		const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
		const size = new Size(ITEM.width * scale, ITEM.height * scale);
		return { minItemSize: size, maxItemSize: size, minSpace: new Size(ITEM.gap, ITEM.gap) };
	}, []);
	const rows = useMemo(() => batch.rows.filter(({ pages }) => pages !== null), [batch.rows]);
	return (
		<div className={styles.marks}>
			<p className={styles.hint}>{t('batch.marksHint')}</p>
			<Virtualizer layout={GridLayout} layoutOptions={layoutOptions}>
				<GridList
					className={styles.grid}
					layout="grid"
					aria-label={t('batch.marks')}
					items={rows}
					dependencies={[batch, t]}
					onAction={(key) => {
						const row = rows.find(({ id }) => id === key);
						if (row) look(row.id);
					}}
				>
					{(row: BatchRow) => {
						const where = row.place ? t('batch.onPage', { page: row.place.page }) : t('batch.noMark');
						return (
							<GridListItem
								id={row.id}
								className={styles.item}
								textValue={t('batch.markOf', { name: row.name, where })}
							>
								<MarkedPage row={row} pictures={pictures} password={batch.passwordOf(row.id)} />
								<span className={styles.name} title={row.name}>
									{row.name}
								</span>
								<span className={styles.where}>{where}</span>
							</GridListItem>
						);
					}}
				</GridList>
			</Virtualizer>
		</div>
	);
}

/** The page that the mark is on (the first one where there is none), and the mark's place on it. */
function MarkedPage(props: { readonly row: BatchRow; readonly pictures: Pictures; readonly password: string | null }) {
	const { row, pictures, password } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const canvas = useRef<HTMLCanvasElement>(null);
	const page = row.place?.page ?? 1;
	/** Undefined while it is being drawn, null where it cannot be. */
	const [picture, setPicture] = useState<PagePicture | null | undefined>();
	useEffect(() => {
		let wanted = true;
		const key = `${row.id} ${page}`;
		setPicture(undefined);
		void pictures
			.of({ key, page, password, open: () => bridge.batch.open({ row: row.id, reading: false }) })
			.then((drawn) => wanted && setPicture(drawn));
		return () => {
			wanted = false;
			pictures.forget(key);
		};
	}, [bridge, pictures, row.id, page, password]);
	useEffect(() => {
		const element = canvas.current;
		if (!element || !picture) return;
		element.width = picture.bitmap.width;
		element.height = picture.bitmap.height;
		element.getContext('2d')?.drawImage(picture.bitmap, 0, 0);
	}, [picture]);
	const rectangle = row.place?.rectangle;
	const part = (length: number, of: number) => `${(100 * length) / of}%`;
	return (
		<span className={styles.page}>
			{picture ? (
				<span className={styles.paper}>
					<canvas ref={canvas} className={styles.canvas} aria-hidden />
					{rectangle && (
						<span
							className={styles.mark}
							data-own={row.ownPlace !== null || undefined}
							style={{
								left: part(rectangle.x, picture.width),
								bottom: part(rectangle.y, picture.height),
								width: part(rectangle.width, picture.width),
								height: part(rectangle.height, picture.height),
							}}
						/>
					)}
				</span>
			) : (
				<span className={styles.waiting}>{picture === null ? t('batch.notDrawn') : t('batch.drawing')}</span>
			)}
		</span>
	);
}
