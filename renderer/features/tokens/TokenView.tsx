import { CreditCard } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModuleCard, TokenCard } from '../../../preload/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { More } from '../../ui/More.tsx';
import { CertificateLine } from './CertificateLine.tsx';
import { NewPin, type NewPinBy } from './NewPin.tsx';
import styles from './TokensPlace.module.css';

/** One card or token: its certificates with purpose and expiry, and how its PIN is. */
export function TokenView(props: {
	readonly module: ModuleCard;
	readonly token: TokenCard;
	readonly changed: () => void;
}) {
	const { module, token, changed } = props;
	const { t } = useTranslation();
	const [newPinBy, setNewPinBy] = useState<NewPinBy | null>(null);
	const label = token.label ?? token.reader;
	const facts = [
		[t('tokens.reader'), token.reader],
		[t('tokens.manufacturer'), [token.manufacturer, token.model].filter(Boolean).join(' ')],
		[t('tokens.serial'), token.serial],
		[t('tokens.driver'), [module.name, module.description, module.version].filter(Boolean).join(' · ')],
	];
	return (
		<article className={styles.card} aria-label={label}>
			<header className={styles.head}>
				<CreditCard className={styles.icon} size={24} strokeWidth={1.5} aria-hidden />
				<div>
					<h2 className={styles.title}>{label}</h2>
					<p className={styles.muted}>
						{token.pin.entry === 'pad' ? t('pin.onPad') : t(`pin.state.${token.pin.state}`)}
						{token.pin.triesLeft !== null && ` · ${t('pin.triesLeft', { count: token.pin.triesLeft })}`}
					</p>
				</div>
				{token.pin.entry === 'typed' &&
					(token.pin.state === 'locked' ? (
						<Button onPress={() => setNewPinBy('puk')}>{t('tokens.unblock')}</Button>
					) : (
						<Button onPress={() => setNewPinBy('pin')}>{t('tokens.changePin')}</Button>
					))}
			</header>
			{token.identities.length === 0 ? (
				<p className={styles.muted}>{t('tokens.noCertificates')}</p>
			) : (
				<ul className={styles.certificates}>
					{token.identities.map((identity) => (
						<CertificateLine key={identity.id} identity={identity} />
					))}
				</ul>
			)}
			<More label={t('common.more')}>
				<dl>
					{facts.map(
						([name, value]) =>
							value && (
								<div key={name}>
									<dt>{name}</dt>
									<dd style={{ color: 'var(--text)' }}>{value}</dd>
								</div>
							),
					)}
				</dl>
			</More>
			{newPinBy && (
				<NewPin
					token={token}
					by={newPinBy}
					close={() => setNewPinBy(null)}
					changed={() => {
						setNewPinBy(null);
						changed();
					}}
				/>
			)}
		</article>
	);
}
