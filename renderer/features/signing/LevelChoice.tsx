import { useTranslation } from 'react-i18next';
import type { Level } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { Picker } from '../../ui/Picker.tsx';
import { TrustLine } from '../rooms/TrustLine.tsx';
import { useRooms } from '../rooms/useRooms.ts';
import styles from './SigningSheet.module.css';

const levels: readonly Level[] = ['b-lta', 'b-lt', 'b-t', 'b-b'];

/** How long the signature can be proved, in words. Without a timestamp service there is nothing to choose. */
export function LevelChoice(props: { readonly level: Level; readonly change: (level: Level) => void }) {
	const { t } = useTranslation();
	const { settings, goTo } = useDesk();
	if (settings.offline) return <OfflineLevel />;
	if (settings.timestampServers.length === 0) {
		return (
			<div className={styles.section}>
				<h3 className={styles.sectionTitle}>{t('level.label')}</h3>
				<p className={styles.words}>{t('level.noService')}</p>
				<div>
					<Button onPress={() => goTo('settings')}>{t('level.setService')}</Button>
				</div>
			</div>
		);
	}
	return (
		<Picker
			label={t('level.label')}
			value={props.level}
			items={levels.map((level) => ({ value: level, title: t(`level.${level}`) }))}
			change={props.change}
			hint={t(`level.hint.${props.level}`)}
			disabled={settings.locked.includes('level')}
		/>
	);
}

/** In a room without a network: what is left for outside, and how old what the room knows is. */
function OfflineLevel() {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const { room } = useRooms(bridge).state;
	return (
		<div className={styles.section}>
			<h3 className={styles.sectionTitle}>{t('rooms.level.title')}</h3>
			<p className={styles.words}>{t('rooms.level.words')}</p>
			{room && <TrustLine trust={room.trust} />}
		</div>
	);
}
