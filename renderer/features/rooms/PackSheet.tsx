import { FileText } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentHandle, Failure, Level, WrittenBundle } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { DayField } from '../../ui/DayField.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Picker } from '../../ui/Picker.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { Fingerprint } from './Fingerprint.tsx';
import { PickFile } from './PickFile.tsx';
import styles from './Rooms.module.css';
import { WrittenResult } from './WrittenResult.tsx';

const levels: readonly Level[] = ['b-lta', 'b-lt', 'b-t', 'b-b'];

/** What is packed: documents that are open, or (without handles) those of the batch. */
export interface ToPack {
	readonly handles: readonly DocumentHandle[];
	readonly names: readonly string[];
}

/** Outside: documents go into a bundle that one room alone can open. */
export function PackSheet(props: { readonly toPack: ToPack; readonly open: () => void; readonly close: () => void }) {
	const { handles, names } = props.toPack;
	const { t } = useTranslation();
	const { bridge, settings } = useDesk();
	const [room, setRoom] = useState<{ readonly pem: string; readonly fingerprint: string } | null>(null);
	const [level, setLevel] = useState<Level>(settings.level);
	const [due, setDue] = useState<string | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [packed, setPacked] = useState<WrittenBundle | null>(null);
	const [busy, setBusy] = useState(false);

	const pickRoom = async (file: File) => {
		const pem = await file.text();
		const reply = await bridge.rooms.peer({ pem: pem.slice(0, 100_000) });
		setFailure(reply.ok ? null : reply.error);
		setRoom(reply.ok ? { pem, fingerprint: reply.value.fingerprint } : null);
	};
	const pack = async () => {
		if (!room) return;
		setBusy(true);
		const reply = await bridge.rooms.pack({ pem: room.pem, handles: [...handles], level, due });
		setBusy(false);
		setFailure(reply.ok ? null : reply.error);
		if (reply.ok) setPacked(reply.value);
	};
	const count = names.length;
	const foot = packed ? (
		<Button kind="primary" onPress={props.close}>
			{t('rooms.done')}
		</Button>
	) : (
		<Button kind="primary" isDisabled={!room || count === 0 || busy} onPress={() => void pack()}>
			{t('rooms.pack.now', { count })}
		</Button>
	);
	return (
		<Sheet title={t('command.room-pack')} closeLabel={t('common.close')} close={props.close} foot={foot}>
			{packed ? (
				<WrittenResult
					bundle={packed}
					title={t('rooms.pack.packed', { number: packed.number, count: packed.documents })}
				/>
			) : (
				<div className={styles.body}>
					<p className={styles.words}>{t('rooms.pack.words')}</p>
					{count === 0 ? (
						<div className={styles.row}>
							<p>{t('rooms.pack.nothing')}</p>
							<Button onPress={props.open}>{t('documents.open')}</Button>
						</div>
					) : (
						<ul className={styles.documents} aria-label={t('batch.title', { count })}>
							{names.map((name) => (
								<li key={name} className={styles.document}>
									<FileText size={18} strokeWidth={1.5} aria-hidden />
									{name}
								</li>
							))}
						</ul>
					)}
					<div className={styles.stack}>
						<h3 className={styles.label}>{t('rooms.pack.room')}</h3>
						{room ? (
							<>
								<Fingerprint value={room.fingerprint} />
								<p className={styles.words}>{t('rooms.pack.compare')}</p>
							</>
						) : (
							<p className={styles.words}>{t('rooms.pack.roomWords')}</p>
						)}
						<div>
							<PickFile
								label={room ? t('rooms.pack.otherRoom') : t('rooms.pack.pickRoom')}
								picked={(file) => void pickRoom(file)}
							/>
						</div>
					</div>
					<Picker
						label={t('rooms.pack.level')}
						value={level}
						items={levels.map((one) => ({ value: one, title: t(`level.${one}`) }))}
						change={setLevel}
					/>
					<DayField
						label={t('rooms.pack.due')}
						hint={t('rooms.pack.dueHint')}
						value={due}
						first={new Date().toISOString()}
						change={setDue}
						clear={() => setDue(null)}
					/>
					{failure && <FailureCard failure={failure} />}
				</div>
			)}
		</Sheet>
	);
}
