import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MarkPlace } from '../../../preload/contract.ts';
import { corners } from '../../frame/protocol.ts';
import { Field } from '../../ui/Field.tsx';
import { Picker } from '../../ui/Picker.tsx';
import { Segments } from '../../ui/Segments.tsx';
import styles from './BatchSheet.module.css';
import type { BatchInHand } from './useBatch.ts';

type Kind = MarkPlace['kind'];

/** What each kind is at first. A rectangle is drawn on a page, and comes from there. */
const first = {
	none: { kind: 'none' },
	corner: { kind: 'corner', page: 'last', corner: 'bottom-right' },
	field: { kind: 'field', name: null },
} as const satisfies Partial<Record<Kind, MarkPlace>>;
const noText = { kind: 'text', text: '', occurrence: 1, side: 'right' } as const;

/** Where the mark goes in every document, unless it was put elsewhere in one. */
export function MarkForAll({ batch }: { readonly batch: BatchInHand }) {
	const { t } = useTranslation();
	/** Chosen, and its text not said yet: until then the documents stay as they are. */
	const [wantsText, setWantsText] = useState(false);
	const place = wantsText && batch.wish.place.kind !== 'text' ? noText : batch.wish.place;
	const fields = useMemo(() => [...new Set(batch.rows.flatMap(({ emptyFields }) => emptyFields))], [batch.rows]);
	const kinds: readonly Kind[] = [
		'none',
		'corner',
		...(fields.length > 0 || place.kind === 'field' ? ['field' as const] : []),
		'text',
		...(place.kind === 'rectangle' ? ['rectangle' as const] : []),
	];
	const change = (wanted: MarkPlace) => batch.change({ place: wanted });
	return (
		<div className={styles.section}>
			<Segments
				label={t('batch.mark')}
				value={place.kind}
				items={kinds.map((kind) => ({ value: kind, title: t(`batch.place.${kind}`) }))}
				change={(kind) => {
					setWantsText(kind === 'text');
					if (kind !== 'text' && kind !== 'rectangle') change(first[kind]);
				}}
			/>
			{place.kind === 'none' && <p className={styles.words}>{t('batch.placeHint.none')}</p>}
			{place.kind === 'rectangle' && (
				<p className={styles.words}>
					{t('batch.placeHint.rectangle', { page: place.page === 'last' ? t('batch.lastPage') : place.page })}
				</p>
			)}
			{place.kind === 'corner' && (
				<div className={styles.twoFields}>
					<Picker
						label={t('batch.corner')}
						value={place.corner}
						items={corners.map((corner) => ({ value: corner, title: t(`mark.corner.${corner}`) }))}
						change={(corner) => change({ ...place, corner })}
					/>
					<Picker
						label={t('batch.page')}
						value={place.page === 'last' ? 'last' : 'first'}
						items={[
							{ value: 'first', title: t('batch.firstPage') },
							{ value: 'last', title: t('batch.lastPage') },
						]}
						change={(page) => change({ ...place, page: page === 'last' ? 'last' : 1 })}
					/>
				</div>
			)}
			{place.kind === 'field' && (
				<Picker
					label={t('batch.field')}
					value={place.name ?? ''}
					items={[{ value: '', title: t('batch.firstField') }, ...fields.map((name) => ({ value: name, title: name }))]}
					change={(name) => change({ kind: 'field', name: name === '' ? null : name })}
				/>
			)}
			{place.kind === 'text' && <BesideText place={place} change={change} />}
		</div>
	);
}

/** Each letter is asked of every document: so the text is taken when it is complete. */
function BesideText(props: {
	readonly place: Extract<MarkPlace, { kind: 'text' }>;
	readonly change: (place: MarkPlace) => void;
}) {
	const { place, change } = props;
	const { t } = useTranslation();
	const [side, chooseSide] = useState(place.side);
	const setSide = (wanted: typeof side) => {
		chooseSide(wanted);
		if (place.text !== '') change({ ...place, side: wanted });
	};
	return (
		<div className={styles.section}>
			<Field
				label={t('batch.text')}
				hint={t('batch.textHint')}
				maxLength={200}
				defaultValue={place.text}
				onBlur={(event) => {
					const text = event.target instanceof HTMLInputElement ? event.target.value.trim() : '';
					if (text !== '' && text !== place.text) change({ ...place, text, side });
				}}
				onKeyDown={(event) => {
					if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.target.blur();
				}}
			/>
			<Segments
				label={t('batch.side')}
				value={side}
				items={[
					{ value: 'right', title: t('batch.right') },
					{ value: 'below', title: t('batch.below') },
				]}
				change={setSide}
			/>
		</div>
	);
}
