import { PackageOpen } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, OpenedBundle, PickedFile, RoomState } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { TroubleCard } from '../../ui/TroubleCard.tsx';
import { useWords } from '../../ui/words.ts';
import { PickFile } from './PickFile.tsx';
import styles from './Rooms.module.css';
import { TrustLine } from './TrustLine.tsx';

/** What was refused, and what somebody may vouch for. */
interface Refused {
	readonly failure: Failure;
	readonly file: PickedFile;
	readonly vouched: Vouched;
}
interface Vouched {
	readonly clockIsRight: boolean;
	readonly acceptLoss: boolean;
}
const nothingVouched: Vouched = { clockIsRight: false, acceptLoss: false };

/** Inside: a bundle is verified and decrypted, and its documents lie in the batch, ready to be signed. */
export function OpenBundleSheet(props: {
	readonly state: RoomState;
	readonly changed: () => void;
	readonly sign: () => void;
	readonly close: () => void;
}) {
	const { room } = props.state;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const words = useWords();
	const [refused, setRefused] = useState<Refused | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [opened, setOpened] = useState<OpenedBundle | null>(null);
	const [busy, setBusy] = useState(false);

	const make = async () => {
		const reply = await bridge.rooms.make();
		setFailure(reply.ok ? null : reply.error);
		props.changed();
	};
	const openFile = async (file: PickedFile, vouched: Vouched) => {
		setBusy(true);
		const reply = await bridge.rooms.open({ file, ...vouched });
		setBusy(false);
		setRefused(reply.ok ? null : { failure: reply.error, file, vouched });
		if (!reply.ok) return;
		setOpened(reply.value);
		props.changed();
	};
	const pick = async (file: File) => {
		setFailure(null);
		const reply = await bridge.files.pick(file);
		if (reply.ok) await openFile(reply.value, nothingVouched);
		else setFailure(reply.error);
	};
	const foot = opened ? (
		<Button kind="primary" onPress={props.sign}>
			{t('rooms.open.sign', { count: opened.documents.length })}
		</Button>
	) : room ? (
		<PickFile primary label={t('rooms.open.pick')} disabled={busy} picked={(file) => void pick(file)} />
	) : (
		<Button kind="primary" onPress={() => void make()}>
			{t('rooms.make')}
		</Button>
	);
	return (
		<Sheet title={t('command.room-open')} closeLabel={t('common.close')} close={props.close} foot={foot}>
			<div className={styles.body}>
				{opened ? (
					<div className={styles.done} role="status">
						<PackageOpen size={24} strokeWidth={1.5} aria-hidden />
						<div className={styles.stack}>
							<p className={styles.doneTitle}>
								{t('rooms.open.opened', { number: opened.number, count: opened.documents.length })}
							</p>
							<p>{t('rooms.open.facts', { time: words.moment(opened.created), folder: opened.folder })}</p>
							{opened.due && <p>{t('rooms.open.due', { date: words.date(opened.due) })}</p>}
						</div>
					</div>
				) : (
					<p className={styles.words}>{room ? t('rooms.open.words') : t('rooms.noRoom')}</p>
				)}
				{opened && opened.unmet.length > 0 && (
					<TroubleCard
						tone="caution"
						trouble={{
							title: t('rooms.open.unmet.title'),
							remedy: t('rooms.open.unmet.remedy'),
							details: opened.unmet,
						}}
						more={t('rooms.open.unmet.more')}
					/>
				)}
				{room && <TrustLine trust={room.trust} />}
				{failure && <FailureCard failure={failure} />}
				{refused && (
					<FailureCard failure={refused.failure}>
						{refused.failure.code === 'clock-behind' && (
							<Button onPress={() => void openFile(refused.file, { ...refused.vouched, clockIsRight: true })}>
								{t('rooms.clockIsRight')}
							</Button>
						)}
						{refused.failure.code === 'bundle-out-of-order' && (
							<Button onPress={() => void openFile(refused.file, { ...refused.vouched, acceptLoss: true })}>
								{t('rooms.acceptLoss')}
							</Button>
						)}
					</FailureCard>
				)}
			</div>
		</Sheet>
	);
}
