import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import styles from './SettingsPlace.module.css';

/** Whom signatures are trusted through: the anchors of the machine, and those the person added. */
export function TrustAnchors() {
	const { t } = useTranslation();
	const { settings, bridge } = useDesk();
	const [failure, setFailure] = useState<Failure | null>(null);
	const add = async (files: FileList | null) => {
		for (const file of files ?? []) {
			const reply = await bridge.settings.addTrust({ pem: textOf(new Uint8Array(await file.arrayBuffer())) });
			setFailure(reply.ok ? null : reply.error);
		}
	};
	return (
		<div className={styles.rows}>
			<h3>{t('settings.trust')}</h3>
			<p className={styles.muted}>{t('settings.trustWords')}</p>
			<ul className={styles.rows}>
				{settings.trust.map((anchor) => (
					<li key={anchor.id} className={styles.row}>
						<span>
							{anchor.name}
							{anchor.test && <span className={styles.test}>{t('test.word')}</span>}
							<br />
							<span className={styles.muted}>{anchor.source}</span>
						</span>
						{anchor.removable && (
							<IconButton
								label={t('settings.remove', { name: anchor.name })}
								onPress={async () => {
									const reply = await bridge.settings.removeTrust({ id: anchor.id });
									setFailure(reply.ok ? null : reply.error);
								}}
							>
								<Trash2 size={18} strokeWidth={1.5} aria-hidden />
							</IconButton>
						)}
					</li>
				))}
			</ul>
			{failure && <FailureCard failure={failure} />}
			<div>
				<FileTrigger
					acceptedFileTypes={['.pem', '.crt', '.cer', '.der']}
					allowsMultiple
					onSelect={(files) => void add(files)}
				>
					<Button>{t('settings.addTrust')}</Button>
				</FileTrigger>
			</div>
		</div>
	);
}

/** A certificate file as text: PEM as it is, DER (which begins with a SEQUENCE) in base64. */
function textOf(bytes: Uint8Array): string {
	if (bytes[0] !== 0x30) return new TextDecoder().decode(bytes);
	return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
