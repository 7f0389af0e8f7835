import { FileText, Folder } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Listing, ListingEntry, ListingId, Reply } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { useWords } from '../../ui/words.ts';
import styles from './Chooser.module.css';

/**
 * Chooses documents or a folder where there is no dialog of the system's: the host lists folders, the window never sees
 * a path.
 */
export function Chooser(props: {
	readonly title: string;
	/** Undefined: folders alone are of interest. */
	readonly choose?: ((entry: ListingEntry) => void) | undefined;
	/** What can be done with the folder that is shown. */
	readonly foot?: ((listing: Listing) => ReactNode) | undefined;
	readonly close: () => void;
}) {
	const { title, choose, foot, close } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [asked, setAsked] = useState<ListingId | undefined>();
	const [reply, setReply] = useState<Reply<Listing> | null>(null);

	useEffect(() => {
		let wanted = true;
		void bridge.documents.listing(asked ? { id: asked } : {}).then((answer) => wanted && setReply(answer));
		return () => {
			wanted = false;
		};
	}, [bridge, asked]);

	const press = (entry: ListingEntry) => (entry.kind === 'folder' ? setAsked(entry.id) : choose?.(entry));
	return (
		<Sheet title={title} closeLabel={t('common.close')} close={close} foot={reply?.ok && foot?.(reply.value)}>
			{reply && !reply.ok && <FailureCard failure={reply.error} />}
			{reply?.ok && (
				<>
					<div className={styles.places}>
						{reply.value.places.map((place) => (
							<Button key={place.id} onPress={() => setAsked(place.id)}>
								{t(`chooser.place.${place.kind}`)}
							</Button>
						))}
					</div>
					<nav className={styles.trail} aria-label={t('chooser.trail')}>
						{reply.value.trail.map((step) => (
							<Button key={step.id} kind="quiet" onPress={() => setAsked(step.id)}>
								{step.name}
							</Button>
						))}
					</nav>
					<Entries listing={reply.value} press={press} onlyFolders={choose === undefined} />
				</>
			)}
		</Sheet>
	);
}

function Entries(props: {
	readonly listing: Listing;
	readonly press: (entry: ListingEntry) => void;
	readonly onlyFolders: boolean;
}) {
	const { t } = useTranslation();
	const words = useWords();
	const { listing, onlyFolders } = props;
	const entries = listing.entries.filter(({ kind }) => kind === 'folder' || !onlyFolders);
	return (
		<ul className={styles.list} aria-label={listing.name}>
			{entries.map((entry) => {
				const Icon = entry.kind === 'folder' ? Folder : FileText;
				return (
					<li key={entry.id}>
						<AriaButton className={styles.entry} onPress={() => props.press(entry)}>
							<Icon className={styles.icon} size={20} strokeWidth={1.5} aria-hidden />
							<span className={styles.name}>{entry.name}</span>
							<span className={styles.meta}>
								{entry.modified && words.date(entry.modified)}
								{entry.size !== null && ` · ${words.bytes(entry.size)}`}
							</span>
						</AriaButton>
					</li>
				);
			})}
			{entries.length === 0 && <li className={styles.nothing}>{t('chooser.nothing')}</li>}
			{listing.truncated && <li className={styles.nothing}>{t('chooser.truncated')}</li>}
		</ul>
	);
}
