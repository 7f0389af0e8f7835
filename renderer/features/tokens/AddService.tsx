import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import { More } from '../../ui/More.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import styles from './TokensPlace.module.css';

/** An account at a signing service: its address, and how it lets one in. */
export function AddService(props: { readonly close: () => void; readonly added: () => void }) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [address, setAddress] = useState('');
	const [user, setUser] = useState('');
	const [password, setPassword] = useState('');
	const [clientId, setClientId] = useState('');
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const possible = address.trim() !== '' && !busy;
	const add = async (event: FormEvent) => {
		event.preventDefault();
		if (!possible) return;
		setBusy(true);
		setFailure(null);
		const reply = await bridge.keys.addService({
			address,
			...(user === '' ? {} : { login: { user, password } }),
			...(clientId === '' ? {} : { clientId }),
		});
		setBusy(false);
		setPassword('');
		if (reply.ok) props.added();
		else setFailure(reply.error);
	};
	return (
		<Sheet title={t('keys.addService')} closeLabel={t('common.close')} close={props.close}>
			<form className={styles.form} onSubmit={(event) => void add(event)} autoComplete="off">
				<p className={styles.muted}>{t('keys.addServiceWords')}</p>
				<Field
					label={t('keys.address')}
					type="url"
					hint={t('keys.addressHint')}
					value={address}
					onChange={setAddress}
					autoFocus
				/>
				<More label={t('keys.logInByName')}>
					<div className={styles.form}>
						<Field label={t('keys.user')} value={user} onChange={setUser} />
						<Field label={t('keys.userPassword')} type="password" value={password} onChange={setPassword} />
						<Field label={t('keys.clientId')} hint={t('keys.clientIdHint')} value={clientId} onChange={setClientId} />
					</div>
				</More>
				{failure && <FailureCard failure={failure} />}
				<Button kind="primary" type="submit" isDisabled={!possible}>
					{busy ? t('keys.asking') : t('keys.add')}
				</Button>
			</form>
		</Sheet>
	);
}
