import { CircleAlert, CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, OpenDocument, PickedFile, ReturnedBundle } from '../../../preload/contract.ts';
import { newJobId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { PickFile } from './PickFile.tsx';
import styles from './Rooms.module.css';

/** Outside: what a room sealed is verified, laid out, and gets its timestamps and proof. */
export function TakeBackSheet(props: {
	readonly look: (documents: readonly OpenDocument[]) => void;
	readonly close: () => void;
}) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [refused, setRefused] = useState<{ readonly failure: Failure; readonly file: PickedFile | null } | null>(null);
	const [back, setBack] = useState<ReturnedBundle | null>(null);
	const [busy, setBusy] = useState(false);

	const take = async (file: PickedFile, acceptLoss: boolean) => {
		setBusy(true);
		const reply = await bridge.rooms.takeBack({ job: newJobId(), file, acceptLoss });
		setBusy(false);
		setRefused(reply.ok ? null : { failure: reply.error, file });
		if (reply.ok) setBack(reply.value);
	};
	const pick = async (file: File) => {
		const reply = await bridge.files.pick(file);
		if (reply.ok) await take(reply.value, false);
		else setRefused({ failure: reply.error, file: null });
	};
	const foot = back ? (
		<Button kind="primary" onPress={() => props.look(back.opened)}>
			{t('rooms.back.look')}
		</Button>
	) : (
		<PickFile primary label={t('rooms.open.pick')} disabled={busy} picked={(file) => void pick(file)} />
	);
	const complete = back?.documents.filter((one) => one.complete).length ?? 0;
	return (
		<Sheet title={t('command.room-take-back')} closeLabel={t('common.close')} close={props.close} foot={foot}>
			<div className={styles.body}>
				{!back && <p className={styles.words}>{t('rooms.back.words')}</p>}
				{busy && <p role="status">{t('rooms.back.working')}</p>}
				{back && (
					<div className={styles.stack} role="status">
						<p className={styles.doneTitle}>
							{t('rooms.back.title', { number: back.number, complete, count: back.documents.length })}
						</p>
						<p className={styles.words}>{t('rooms.back.folder', { folder: back.folder })}</p>
						<ul className={styles.documents}>
							{back.documents.map((one) => {
								const Icon = one.complete ? CircleCheck : CircleAlert;
								return (
									<li key={one.name} className={styles.document} data-tone={one.complete ? 'valid' : 'caution'}>
										<Icon size={18} strokeWidth={1.5} aria-hidden />
										{one.name}
										<span className={styles.words}>{one.level && t(`level.${one.level}`)}</span>
									</li>
								);
							})}
						</ul>
						{complete < back.documents.length && <p>{t('rooms.back.incomplete')}</p>}
					</div>
				)}
				{refused && (
					<FailureCard failure={refused.failure}>
						{refused.failure.code === 'bundle-out-of-order' && refused.file && (
							<Button onPress={() => refused.file && void take(refused.file, true)}>{t('rooms.acceptLoss')}</Button>
						)}
					</FailureCard>
				)}
			</div>
		</Sheet>
	);
}
