import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../../app/desk.ts';
import { Tick } from '../../ui/Tick.tsx';
import styles from './SettingsPlace.module.css';

/** Whether the desktop tells of postings. A browser has to allow it first. */
export function NoticeSettings() {
	const { t } = useTranslation();
	const { info, settings, changeSettings } = useDesk();
	const [refused, setRefused] = useState(false);
	const change = async (on: boolean) => {
		const allowed = !on || info.host === 'electron' || (await browserAllows());
		setRefused(!allowed);
		if (allowed) await changeSettings({ notices: on });
	};
	return (
		<div className={styles.rows}>
			<Tick label={t('notice.setting')} ticked={settings.notices} change={(on) => void change(on)} />
			{refused && (
				<p className={styles.muted} role="alert">
					{t('notice.refused')}
				</p>
			)}
		</div>
	);
}

async function browserAllows(): Promise<boolean> {
	return 'Notification' in window && (await Notification.requestPermission()) === 'granted';
}
