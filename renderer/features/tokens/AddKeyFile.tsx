import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Failure, LARGEST_KEY_FILE } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { keyFileFailure } from './keyFileFailure.ts';
import styles from './TokensPlace.module.css';

/** A key file, which is opened once to see that its password fits and whose certificates are in it. */
export function AddKeyFile(props: { readonly close: () => void; readonly added: () => void }) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const input = useRef<HTMLInputElement>(null);
	const [file, setFile] = useState<File | null>(null);
	const [password, setPassword] = useState('');
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const tooLarge = file !== null && file.size > LARGEST_KEY_FILE;
	const possible = file !== null && !tooLarge && !busy;
	const add = async (event: FormEvent) => {
		event.preventDefault();
		if (!possible) return;
		setBusy(true);
		const reply = await bridge.keys.addFile({ name: file.name, content: await base64Of(file), password });
		setBusy(false);
		setPassword('');
		if (reply.ok) props.added();
		else setFailure(keyFileFailure(reply.error, 'file'));
	};
	return (
		<Sheet title={t('keys.addFile')} closeLabel={t('common.close')} close={props.close}>
			<form className={styles.form} onSubmit={(event) => void add(event)} autoComplete="off">
				<p className={styles.muted}>{t('keys.addFileWords')}</p>
				<input
					ref={input}
					type="file"
					hidden
					accept=".p12,.pfx,application/x-pkcs12"
					aria-label={t('keys.file')}
					onChange={(event) => setFile(event.target.files?.[0] ?? null)}
				/>
				<div className={styles.fileRow}>
					<Button onPress={() => input.current?.click()}>{t('keys.chooseFile')}</Button>
					<span>{file?.name ?? t('keys.noFile')}</span>
				</div>
				{tooLarge && <p role="alert">{t('keys.tooLarge')}</p>}
				<Field label={t('keys.password')} type="password" value={password} onChange={setPassword} />
				{failure && <FailureCard failure={failure} />}
				<Button kind="primary" type="submit" isDisabled={!possible}>
					{t('keys.add')}
				</Button>
			</form>
		</Sheet>
	);
}

async function base64Of(file: File): Promise<string> {
	const bytes = new Uint8Array(await file.arrayBuffer());
	let text = '';
	for (const octet of bytes) text += String.fromCharCode(octet);
	return btoa(text);
}
