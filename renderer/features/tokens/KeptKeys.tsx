import { Cloud, FileKey, FilePlus2, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, KeptKey } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { AddKeyFile } from './AddKeyFile.tsx';
import { AddService } from './AddService.tsx';
import { CertificateLine } from './CertificateLine.tsx';
import styles from './TokensPlace.module.css';

/** What one can sign with besides cards and tokens: key files and signing services. */
export function KeptKeys({ keys, changed }: { readonly keys: readonly KeptKey[]; readonly changed: () => void }) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [adding, setAdding] = useState<KeptKey['kind'] | null>(null);
	const [failure, setFailure] = useState<Failure | null>(null);
	const forget = async ({ id }: KeptKey) => {
		const reply = await bridge.keys.forget({ id });
		setFailure(reply.ok ? null : reply.error);
		changed();
	};
	const added = () => {
		setAdding(null);
		changed();
	};
	return (
		<section className={styles.cards} aria-label={t('keys.title')}>
			<header className={styles.sectionHead}>
				<div>
					<h2 className={styles.title}>{t('keys.title')}</h2>
					<p className={styles.muted}>{t('keys.words')}</p>
				</div>
				<Button icon={<FilePlus2 size={16} strokeWidth={1.5} aria-hidden />} onPress={() => setAdding('file')}>
					{t('keys.addFile')}
				</Button>
				<Button icon={<Plus size={16} strokeWidth={1.5} aria-hidden />} onPress={() => setAdding('service')}>
					{t('keys.addService')}
				</Button>
			</header>
			{failure && <FailureCard failure={failure} />}
			{keys.map((key) => {
				const Icon = key.kind === 'file' ? FileKey : Cloud;
				return (
					<article key={key.id} className={styles.card} aria-label={key.name}>
						<header className={styles.head}>
							<Icon className={styles.icon} size={24} strokeWidth={1.5} aria-hidden />
							<div>
								<h3 className={styles.title}>{key.name}</h3>
								<p className={styles.muted}>{key.address ?? t('keys.fileWords')}</p>
							</div>
							<IconButton label={t('keys.forget', { name: key.name })} onPress={() => void forget(key)}>
								<Trash2 size={18} strokeWidth={1.5} aria-hidden />
							</IconButton>
						</header>
						<ul className={styles.certificates}>
							{key.identities.map((identity) => (
								<CertificateLine key={identity.id} identity={identity} />
							))}
						</ul>
					</article>
				);
			})}
			{adding === 'file' && <AddKeyFile close={() => setAdding(null)} added={added} />}
			{adding === 'service' && <AddService close={() => setAdding(null)} added={added} />}
		</section>
	);
}
