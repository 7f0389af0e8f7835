import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, TokenCard } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import styles from './TokensPlace.module.css';

export function ChangePin(props: {
	readonly token: TokenCard;
	readonly close: () => void;
	readonly changed: () => void;
}) {
	const { token } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [current, setCurrent] = useState('');
	const [next, setNext] = useState('');
	const [again, setAgain] = useState('');
	const [busy, setBusy] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const shortest = token.pin.minimumLength ?? 4;
	const possible = current !== '' && next.length >= shortest && next === again && !busy;
	const change = async (event: FormEvent) => {
		event.preventDefault();
		if (!possible) return;
		setBusy(true);
		const reply = await bridge.tokens.changePin({ token: token.id, current, next });
		setBusy(false);
		setCurrent('');
		if (reply.ok) props.changed();
		else setFailure(reply.error);
	};
	return (
		<Sheet title={t('tokens.changePin')} closeLabel={t('common.close')} close={props.close}>
			<form className={styles.form} onSubmit={(event) => void change(event)} autoComplete="off">
				{token.pin.triesLeft !== null && <p>{t('pin.triesLeft', { count: token.pin.triesLeft })}</p>}
				<Field label={t('tokens.currentPin')} type="password" value={current} onChange={setCurrent} autoFocus />
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
					{t('tokens.changePin')}
				</Button>
			</form>
		</Sheet>
	);
}
