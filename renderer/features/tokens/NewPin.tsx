import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, TokenCard } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import styles from './TokensPlace.module.css';

/** By what a token takes a new PIN: the present one, or the PUK where that is locked or forgotten. */
export type NewPinBy = 'pin' | 'puk';

export function NewPin(props: {
	readonly token: TokenCard;
	readonly by: NewPinBy;
	readonly close: () => void;
	readonly changed: () => void;
}) {
	const { token, by } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [secret, setSecret] = useState('');
	const [next, setNext] = useState('');
	const [again, setAgain] = useState('');
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const title = by === 'pin' ? t('tokens.changePin') : t('tokens.unblock');
	const shortest = token.pin.minimumLength ?? 4;
	const possible = secret !== '' && next.length >= shortest && next === again && !busy;
	const change = async (event: FormEvent) => {
		event.preventDefault();
		if (!possible) return;
		setBusy(true);
		const reply =
			by === 'pin'
				? await bridge.tokens.changePin({ token: token.id, current: secret, next })
				: await bridge.tokens.unblock({ token: token.id, puk: secret, next });
		setBusy(false);
		setSecret('');
		if (reply.ok) props.changed();
		else setFailure(reply.error);
	};
	return (
		<Sheet title={title} closeLabel={t('common.close')} close={props.close}>
			<form className={styles.form} onSubmit={(event) => void change(event)} autoComplete="off">
				{by === 'pin' && token.pin.triesLeft !== null && <p>{t('pin.triesLeft', { count: token.pin.triesLeft })}</p>}
				<Field
					label={by === 'pin' ? t('tokens.currentPin') : t('tokens.puk')}
					type="password"
					value={secret}
					onChange={setSecret}
					autoFocus
				/>
				<Field
					label={t('tokens.newPin')}
					type="password"
					hint={t('tokens.pinLength', { count: shortest })}
					value={next}
					onChange={setNext}
				/>
				<Field
					label={t('tokens.newPinAgain')}
					type="password"
					hint={again !== '' && again !== next ? t('tokens.pinsDiffer') : undefined}
					value={again}
					onChange={setAgain}
				/>
				{failure && <FailureCard failure={failure} />}
				<Button kind="primary" type="submit" isDisabled={!possible}>
					{title}
				</Button>
			</form>
		</Sheet>
	);
}
