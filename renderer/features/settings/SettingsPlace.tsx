import { useTranslation } from 'react-i18next';
import type { Failure, Settings } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Page, PageSection } from '../../ui/Page.tsx';
import { Picker } from '../../ui/Picker.tsx';
import { AccountSettings } from './AccountSettings.tsx';
import { RoomSettings } from './RoomSettings.tsx';
import styles from './SettingsPlace.module.css';
import { TimestampServers } from './TimestampServers.tsx';
import { TrustAnchors } from './TrustAnchors.tsx';

const languageNames: Readonly<Record<Exclude<Settings['language'], 'system'>, string>> = {
	en: 'English',
	nb: 'Norsk bokmål',
	fr: 'Français',
	de: 'Deutsch',
};

/** What the person chooses once. Each change is kept at once; what the machine fixes is shown and cannot be changed. */
export function SettingsPlace({ failure }: { readonly failure: Failure | null }) {
	const { t } = useTranslation();
	const { settings, changeSettings, info } = useDesk();
	const fixed = (name: keyof Settings & (typeof settings.locked)[number]) => settings.locked.includes(name);
	return (
		<Page title={t('settings.title')}>
			{failure && <FailureCard failure={failure} />}
			{settings.locked.length > 0 && <p className={styles.muted}>{t('settings.locked')}</p>}
			<PageSection title={t('settings.appearance')}>
				<div className={styles.pair}>
					<Picker
						label={t('settings.language')}
						value={settings.language}
						disabled={fixed('language')}
						items={[
							{ value: 'system', title: t('settings.likeSystem') },
							...(['en', 'nb', 'fr', 'de'] as const).map((value) => ({ value, title: languageNames[value] })),
						]}
						change={(language) => void changeSettings({ language })}
					/>
					<Picker
						label={t('settings.theme')}
						value={settings.theme}
						disabled={fixed('theme')}
						items={(['system', 'light', 'dark'] as const).map((value) => ({
							value,
							title: value === 'system' ? t('settings.likeSystem') : t(`settings.themes.${value}`),
						}))}
						change={(theme) => void changeSettings({ theme })}
					/>
				</div>
			</PageSection>
			<PageSection title={t('account.title')}>
				<AccountSettings />
			</PageSection>
			<PageSection title={t('settings.signing')}>
				<Picker
					label={t('level.label')}
					value={settings.level}
					disabled={fixed('level')}
					items={(['b-lta', 'b-lt', 'b-t', 'b-b'] as const).map((value) => ({ value, title: t(`level.${value}`) }))}
					change={(level) => void changeSettings({ level })}
					hint={t(`level.hint.${settings.level}`)}
				/>
				<TimestampServers />
			</PageSection>
			<PageSection title={t('settings.checking')}>
				<Picker
					label={t('settings.online')}
					value={settings.onlineChecks}
					disabled={fixed('onlineChecks') || settings.offline}
					items={(['ask', 'always', 'never'] as const).map((value) => ({
						value,
						title: t(`settings.onlines.${value}`),
					}))}
					change={(onlineChecks) => void changeSettings({ onlineChecks })}
					hint={settings.offline ? t('rooms.offlineHere') : t('settings.onlineHint')}
				/>
				<TrustAnchors />
			</PageSection>
			<PageSection title={t('rooms.settings.title')}>
				<RoomSettings />
			</PageSection>
			<p className={styles.muted}>{t('settings.version', { version: info.version })}</p>
		</Page>
	);
}
