import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Failure, type IdentityId, type JobId, newJobId, type Reply } from '../../../preload/contract.ts';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { TestBand } from '../../ui/TestBand.tsx';
import { CertificateChoice } from '../signing/CertificateChoice.tsx';
import { PinForm } from '../signing/PinForm.tsx';
import { useIdentities } from '../signing/useIdentities.ts';
import styles from './CardRequest.module.css';

/** The key that answers the service, and its PIN where that is typed. */
export interface Card {
	readonly job: JobId;
	readonly identity: IdentityId;
	readonly pin?: string;
}

/** Something that a key proves to the service: the certificate, the PIN, and what went wrong. */
export function CardRequest<Answer>(props: {
	/** The certificate that is chosen to begin with; null: the one that suits best. */
	readonly first?: IdentityId | null;
	readonly purpose?: 'authenticate';
	/** While it is out of sight no token is asked, and nothing takes the focus. */
	readonly shown?: boolean;
	/** Everything else is decided. */
	readonly ready: boolean;
	readonly label: string;
	readonly ask: (card: Card) => Promise<Reply<Answer>>;
	readonly answered: (answer: Answer) => void;
	/** Other ways, out of the way while the card is at work. */
	readonly children?: ReactNode;
}) {
	const { shown = true } = props;
	const { t } = useTranslation();
	const [pressed, setPressed] = useState(props.first ?? null);
	const [running, setRunning] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const identities = useIdentities(shown, pressed, props.purpose);
	const { chosen } = identities;

	const ask = async (pin: string | null) => {
		if (!chosen || !props.ready) return;
		setRunning(true);
		setFailure(null);
		const reply = await props.ask({ job: newJobId(), identity: chosen.id, ...(pin === null ? {} : { pin }) });
		setRunning(false);
		identities.refresh();
		if (reply.ok) props.answered(reply.value);
		else setFailure(reply.error);
	};

	return (
		<>
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
						ready={props.ready}
						label={props.label}
						sign={(pin) => void ask(pin)}
					/>
				)
			)}
			{!running && props.children}
		</>
	);
}
