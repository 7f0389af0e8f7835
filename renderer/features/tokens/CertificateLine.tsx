import { CircleSlash, PenLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Identity } from '../../../preload/contract.ts';
import { useWords } from '../../ui/words.ts';
import styles from './TokensPlace.module.css';

/** One certificate: whose it is, and until when it can sign, or why it cannot. */
export function CertificateLine({ identity }: { readonly identity: Identity }) {
	const { t } = useTranslation();
	const words = useWords();
	const { certificate, usable } = identity;
	const Icon = usable.ok ? PenLine : CircleSlash;
	return (
		<li className={styles.certificate} data-usable={usable.ok || undefined}>
			<Icon size={20} strokeWidth={1.5} aria-hidden />
			<div>
				<p className={styles.name}>{certificate.name}</p>
				<p>
					{usable.ok
						? t('tokens.canSign', { date: words.date(certificate.notAfter) })
						: t(`unusable.${usable.code}` as 'unusable.expired', {
								defaultValue: usable.message,
								date: words.date(usable.code === 'not-yet-valid' ? certificate.notBefore : certificate.notAfter),
							})}
				</p>
				<p className={styles.muted}>
					{t('tokens.issuedBy', { issuer: certificate.issuerName })} · {certificate.key}
				</p>
				{identity.asks.map((what) => (
					<p key={what} className={styles.muted}>
						{t(`keys.asks.${what}`)}
					</p>
				))}
			</div>
		</li>
	);
}
