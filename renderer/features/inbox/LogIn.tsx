import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Account, type Failure, type IdentityId, newJobId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Field } from '../../ui/Field.tsx';
import { TestBand } from '../../ui/TestBand.tsx';
import { CertificateChoice } from '../signing/CertificateChoice.tsx';
import { PinForm } from '../signing/PinForm.tsx';
import { useIdentities } from '../signing/useIdentities.ts';
import styles from './LogIn.module.css';
import { OtherLogins } from './OtherLogins.tsx';

/** Logs in: the service's address, then the card with its certificate and PIN, or another way that the service knows. */
export function LogIn(props: {
	/** The account's own, where there is one already; it is then not asked for. */
	readonly service: string | null;
	/** While it is out of sight no token is asked, and nothing takes the focus; what was typed stays. */
	readonly shown?: boolean;
	readonly loggedIn: (account: Account) => void;
}) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [typed, setTyped] = useState('');
	const [pressed, setPressed] = useState<IdentityId | null>(null);
	const [running, setRunning] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const { shown = true } = props;
	const identities = useIdentities(shown, pressed, 'authenticate');
	const { chosen } = identities;
	const service = props.service ?? serviceOf(typed);

	const logIn = async (pin: string | null) => {
		if (!chosen || service === null) return;
		setRunning(true);
		setFailure(null);
		const reply = await bridge.account.logIn({
			job: newJobId(),
			service,
			identity: chosen.id,
			...(pin === null ? {} : { pin }),
		});
		setRunning(false);
		identities.refresh();
		if (reply.ok) props.loggedIn(reply.value);
		else setFailure(reply.error);
	};

	return (
		<div className={styles.form}>
			{props.service === null && (
				<Field
					label={t('account.service')}
					hint={t('account.serviceHint')}
					type="url"
					inputMode="url"
					value={typed}
					onChange={setTyped}
				/>
			)}
			{chosen?.test && <TestBand />}
			{shown && <CertificateChoice identities={identities} choose={setPressed} />}
			{failure && <FailureCard failure={failure} />}
			{running ? (
				<p className={styles.words} role="status">
					{chosen?.pin.entry === 'pad' ? t('pin.padNow') : t('account.loggingIn')}
				</p>
			) : (
				shown && (
					<PinForm
						key={`${chosen?.token.id} ${failure?.code}`}
						identity={chosen}
						ready={service !== null}
						label={t('account.logIn')}
						sign={(pin) => void logIn(pin)}
					/>
				)
			)}
			{!running && service !== null && <OtherLogins key={service} service={service} loggedIn={props.loggedIn} />}
		</div>
	);
}

/** What was typed as an address, or null. `https` needs not be typed. */
function serviceOf(typed: string): string | null {
	const text = typed.trim();
	if (text === '') return null;
	const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
	return url && url.hostname.length > 0 ? url.origin : null;
}
