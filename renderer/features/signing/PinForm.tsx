import type { TFunction } from 'i18next';
import { Calculator, LockKeyhole, OctagonAlert, PenLine, TriangleAlert } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Identity, PinFacts } from '../../../preload/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import styles from './PinForm.module.css';

/** The last step: what the token says of its PIN, the PIN, and the button that signs. */
export function PinForm(props: {
	readonly identity: Identity | null;
	/** Everything before is decided. */
	readonly ready: boolean;
	/** Words on the button, where it does more than sign one document. */
	readonly label?: string;
	readonly sign: (pin: string | null) => void;
}) {
	const { identity, ready } = props;
	const { t } = useTranslation();
	const [pin, setPin] = useState('');
	const form = useRef<HTMLFormElement>(null);
	const typed = identity?.pin.entry === 'typed';
	const blocked = identity !== null && (identity.pin.state === 'locked' || identity.pin.state === 'not-set');
	const asked = typed && !blocked;
	useEffect(() => {
		if (asked && form.current && keyboardIsFree(form.current))
			form.current.querySelector<HTMLElement>('input[type=password]')?.focus();
	}, [asked]);
	const possible = identity !== null && ready && !blocked && (!typed || pin !== '');
	const submit = (event: FormEvent) => {
		event.preventDefault();
		if (!possible) return;
		setPin('');
		props.sign(typed ? pin : null);
	};
	return (
		<form ref={form} className={styles.form} onSubmit={submit} autoComplete="off">
			{identity && <PinSays pin={identity.pin} />}
			{identity && asked && (
				<Field
					label={secretLabel(identity, t)}
					type="password"
					autoComplete="off"
					maxLength={identity.pin.maximumLength ?? 256}
					value={pin}
					onChange={setPin}
				/>
			)}
			{identity?.holder === 'token' && identity.pin.perSignature && (
				<p className={styles.note}>{t('pin.perSignature')}</p>
			)}
			{identity?.asks.map((what) => (
				<p key={what} className={styles.note}>
					{t(`keys.asks.${what}`)}
				</p>
			))}
			<Button
				kind="primary"
				large
				type="submit"
				isDisabled={!possible}
				icon={<PenLine size={20} strokeWidth={1.5} aria-hidden />}
			>
				{props.label ?? (identity?.pin.entry === 'pad' ? t('pin.signOnPad') : t('signing.sign'))}
			</Button>
		</form>
	);
}

/**
 * A token may answer late. Who meanwhile moves the mark on the pages or chooses something in the panel is not torn away
 * to the PIN; for everybody else it is where the next keys belong.
 */
function keyboardIsFree(form: HTMLFormElement): boolean {
	const active = document.activeElement;
	return !(active instanceof HTMLIFrameElement || (form.closest('aside') ?? form).contains(active));
}

function secretLabel({ holder, token: { label } }: Identity, t: TFunction): string {
	if (holder === 'file') return t('keys.passwordOf', { name: label });
	return holder === 'service' ? t('keys.pinOf', { name: label }) : t('pin.label', { token: label });
}

const icon = { size: 18, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** Before anything is typed: how many tries there are, as far as the token tells. */
function PinSays({ pin }: { readonly pin: PinFacts }) {
	const { t } = useTranslation();
	return (
		<>
			{pin.state === 'locked' && (
				<p className={styles.state} data-grave="invalid">
					<LockKeyhole {...icon} />
					{t('pin.locked')}
				</p>
			)}
			{pin.state === 'not-set' && (
				<p className={styles.state} data-grave="invalid">
					<OctagonAlert {...icon} />
					{t('pin.notSet')}
				</p>
			)}
			{pin.state === 'last-try' && (
				<p className={styles.state} data-grave="invalid">
					<OctagonAlert {...icon} />
					{t('pin.lastTry')}
				</p>
			)}
			{pin.state === 'tried-wrongly' && (
				<p className={styles.state} data-grave="caution">
					<TriangleAlert {...icon} />
					{pin.triesLeft === null ? t('pin.triedWrongly') : t('pin.triesLeft', { count: pin.triesLeft })}
				</p>
			)}
			{pin.state === 'to-be-changed' && (
				<p className={styles.state} data-grave="caution">
					<TriangleAlert {...icon} />
					{t('pin.toBeChanged')}
				</p>
			)}
			{pin.state === 'ok' && pin.triesLeft !== null && (
				<p className={styles.note}>{t('pin.triesLeft', { count: pin.triesLeft })}</p>
			)}
			{pin.entry === 'pad' && pin.state !== 'locked' && (
				<p className={styles.pad}>
					<Calculator size={32} strokeWidth={1.25} aria-hidden />
					{t('pin.pad')}
				</p>
			)}
		</>
	);
}
