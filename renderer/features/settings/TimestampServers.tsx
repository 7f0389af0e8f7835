import { ArrowUp, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '../../app/desk.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import styles from './SettingsPlace.module.css';

/** Who is asked for timestamps, in this order. */
export function TimestampServers() {
	const { t } = useTranslation();
	const { settings, changeSettings } = useDesk();
	const [typed, setTyped] = useState('');
	const servers = settings.timestampServers;
	const fixed = settings.locked.includes('timestampServers');
	const address = addressOf(typed);
	const add = (event: FormEvent) => {
		event.preventDefault();
		if (!address) return;
		void changeSettings({ timestampServers: [...servers, { url: address }] });
		setTyped('');
	};
	return (
		<div className={styles.rows}>
			<h3>{t('settings.timestamps')}</h3>
			<p className={styles.muted}>{t('settings.timestampsWords')}</p>
			<ol className={styles.rows}>
				{servers.map((server, index) => (
					<li key={server.url} className={styles.row}>
						<span>{server.url}</span>
						{!fixed && (
							<span style={{ display: 'flex' }}>
								{index > 0 && (
									<IconButton
										label={t('settings.askFirst', { url: server.url })}
										onPress={() =>
											void changeSettings({
												timestampServers: [server, ...servers.filter((one) => one !== server)],
											})
										}
									>
										<ArrowUp size={18} strokeWidth={1.5} aria-hidden />
									</IconButton>
								)}
								<IconButton
									label={t('settings.remove', { name: server.url })}
									onPress={() => void changeSettings({ timestampServers: servers.filter((one) => one !== server) })}
								>
									<Trash2 size={18} strokeWidth={1.5} aria-hidden />
								</IconButton>
							</span>
						)}
					</li>
				))}
			</ol>
			{!fixed && (
				<form className={styles.add} onSubmit={add}>
					<Field label={t('settings.newTimestamp')} type="url" inputMode="url" value={typed} onChange={setTyped} />
					<Button type="submit" isDisabled={!address}>
						{t('settings.add')}
					</Button>
				</form>
			)}
		</div>
	);
}

/** What was typed as an address, or null. `https` needs not be typed. */
function addressOf(typed: string): string | null {
	const text = typed.trim();
	if (text === '') return null;
	const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
	return url && url.hostname.length > 0 ? url.href : null;
}
