import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Picker } from '../../ui/Picker.tsx';
import { save } from '../../ui/saved.ts';
import { Fingerprint } from '../rooms/Fingerprint.tsx';
import { PickFile } from '../rooms/PickFile.tsx';
import { TrustLine } from '../rooms/TrustLine.tsx';
import { useRooms } from '../rooms/useRooms.ts';
import styles from './SettingsPlace.module.css';

/** Whether this computer uses the network at all, and the room that it is. */
export function RoomSettings() {
	const { t } = useTranslation();
	const { bridge, settings, changeSettings } = useDesk();
	const { state, refresh } = useRooms(bridge);
	const [failure, setFailure] = useState<Failure | null>(null);
	const [imported, setImported] = useState(false);
	const { room } = state;
	const make = async () => {
		const reply = await bridge.rooms.make();
		setFailure(reply.ok ? null : reply.error);
		refresh();
	};
	const importTrust = async (file: File) => {
		const picked = await bridge.files.pick(file);
		const reply = picked.ok ? await bridge.rooms.importTrust({ file: picked.value, clockIsRight: false }) : picked;
		setFailure(reply.ok ? null : reply.error);
		setImported(reply.ok);
		refresh();
	};
	return (
		<>
			<Picker
				label={t('rooms.settings.network')}
				value={settings.offline ? 'never' : 'used'}
				disabled={settings.locked.includes('offline')}
				items={[
					{ value: 'used', title: t('rooms.settings.used') },
					{ value: 'never', title: t('rooms.settings.offline') },
				]}
				change={(use) => void changeSettings({ offline: use === 'never' })}
				hint={settings.offline ? t('rooms.settings.offlineWords') : undefined}
			/>
			<div className={styles.rows}>
				<h3>{t('rooms.settings.room')}</h3>
				{room ? (
					<>
						<p className={styles.muted}>{t('rooms.settings.fingerprint')}</p>
						<Fingerprint value={room.fingerprint} />
						<TrustLine trust={room.trust} />
						{imported && <p role="status">{t('rooms.settings.imported')}</p>}
						<div className={styles.buttons}>
							<Button onPress={async () => setFailure(await save(bridge.rooms.savePublic()))}>
								{t('rooms.settings.savePublic')}
							</Button>
							<PickFile label={t('rooms.settings.importTrust')} picked={(file) => void importTrust(file)} />
						</div>
					</>
				) : (
					<>
						<p className={styles.muted}>{t('rooms.settings.noRoom')}</p>
						<div>
							<Button onPress={() => void make()}>{t('rooms.make')}</Button>
						</div>
					</>
				)}
				{failure && <FailureCard failure={failure} />}
			</div>
		</>
	);
}
