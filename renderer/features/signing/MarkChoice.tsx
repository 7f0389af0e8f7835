import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OpenDocument } from '../../../preload/contract.ts';
import { type Corner, corners } from '../../frame/protocol.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { More } from '../../ui/More.tsx';
import { Segments } from '../../ui/Segments.tsx';
import styles from './SigningSheet.module.css';
import type { Signing } from './useSigning.ts';

/** Where the signature shows: drawn on the page by hand, or by page and corner without a pointer. */
export function MarkChoice(props: {
	readonly document: OpenDocument;
	readonly signing: Signing;
	readonly drawOnPage: () => void;
	readonly placeInCorner: (page: number, corner: Corner) => void;
}) {
	const { document, signing } = props;
	const { placement } = signing.form;
	const { t } = useTranslation();
	const items = [
		...document.emptyFields.map(({ name }) => ({ value: `field:${name}`, title: t('mark.field', { name }) })),
		{ value: 'drawn', title: t('mark.drawn') },
		{ value: 'none', title: t('mark.none') },
	];
	const choose = (value: string) => {
		if (value.startsWith('field:')) {
			signing.change({ placement: { kind: 'field', name: value.slice('field:'.length) } });
		} else if (value === 'drawn') {
			signing.change({ placement: { kind: 'drawn', place: null } });
			props.drawOnPage();
		} else signing.change({ placement: { kind: 'none' } });
	};
	const place = placement.kind === 'drawn' ? placement.place : null;
	const field = document.emptyFields.find(({ name }) => placement.kind === 'field' && placement.name === name);
	return (
		<div className={styles.section}>
			<Segments
				label={t('mark.label')}
				value={placement.kind === 'field' ? `field:${placement.name}` : placement.kind}
				items={items}
				change={choose}
			/>
			{placement.kind === 'none' && <p className={styles.words}>{t('mark.noneUnder')}</p>}
			{field && field.page !== null && <p className={styles.words}>{t('mark.onPage', { page: field.page })}</p>}
			{placement.kind === 'drawn' && (
				<div>
					<p className={styles.words} role="status">
						{place ? t('mark.placed', { page: place.page }) : t('mark.drawNow')}
					</p>
					<div className={styles.row}>
						{place && <Button onPress={() => choose('drawn')}>{t('mark.again')}</Button>}
						<More label={t('mark.byKeyboard')}>
							<ByCorner document={document} place={props.placeInCorner} />
						</More>
					</div>
				</div>
			)}
		</div>
	);
}

function ByCorner(props: { readonly document: OpenDocument; readonly place: (page: number, corner: Corner) => void }) {
	const { t } = useTranslation();
	const last = props.document.pages ?? 1;
	const [page, setPage] = useState(String(last));
	const wanted = Math.min(Math.max(Number.parseInt(page, 10) || 1, 1), last);
	return (
		<div className={styles.fields}>
			<Field label={t('toolbar.page')} inputMode="numeric" value={page} onChange={setPage} />
			<div className={styles.buttons}>
				{corners.map((corner) => (
					<Button key={corner} onPress={() => props.place(wanted, corner)}>
						{t(`mark.corner.${corner}`)}
					</Button>
				))}
			</div>
			<p className={styles.words}>{t('mark.arrows')}</p>
		</div>
	);
}
