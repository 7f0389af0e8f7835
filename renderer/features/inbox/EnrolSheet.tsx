import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type EnrolledCertificate, type Failure, type IdentityId, newJobId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { TestBand } from '../../ui/TestBand.tsx';
import { CertificateChoice } from '../signing/CertificateChoice.tsx';
import { PinForm } from '../signing/PinForm.tsx';
import { useIdentities } from '../signing/useIdentities.ts';
import styles from './ReasonSheet.module.css';

/** Shows the service a certificate to sign with, by its key. */
export function EnrolSheet(props: {
	/** The certificate that is chosen to begin with; null: the one used last. */
	readonly first: IdentityId | null;
	readonly close: () => void;
	readonly enrolled: (certificates: readonly EnrolledCertificate[]) => void;
}) {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const [pressed, setPressed] = useState(props.first);
	const [running, setRunning] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const identities = useIdentities(true, pressed);
	const { chosen } = identities;
	const enrol = async (pin: string | null) => {
		if (!chosen) return;
		setRunning(true);
		setFailure(null);
		const reply = await bridge.account.enrol({
			job: newJobId(),
			identity: chosen.id,
			...(pin === null ? {} : { pin }),
		});
		setRunning(false);
		identities.refresh();
		if (reply.ok) props.enrolled(reply.value);
		else setFailure(reply.error);
	};
	return (
		<Sheet title={t('account.enrol')} closeLabel={t('common.close')} close={props.close}>
			<div className={styles.form}>
				{chosen?.test && <TestBand />}
				<p>{t('account.enrolWords')}</p>
				<CertificateChoice identities={identities} choose={setPressed} />
				{failure && <FailureCard failure={failure} />}
				{running ? (
					<p role="status">{chosen?.pin.entry === 'pad' ? t('pin.padNow') : t('account.loggingIn')}</p>
				) : (
					<PinForm
						key={`${chosen?.token.id} ${failure?.code}`}
						identity={chosen}
						ready
						label={t('account.enrol')}
						sign={(pin) => void enrol(pin)}
					/>
				)}
			</div>
		</Sheet>
	);
}
