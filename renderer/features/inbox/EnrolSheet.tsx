import { useTranslation } from 'react-i18next';
import type { EnrolledCertificate, IdentityId } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { CardRequest } from './CardRequest.tsx';
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
	return (
		<Sheet title={t('account.enrol')} closeLabel={t('common.close')} close={props.close}>
			<div className={styles.form}>
				<p>{t('account.enrolWords')}</p>
				<CardRequest
					first={props.first}
					ready
					label={t('account.enrol')}
					ask={bridge.account.enrol}
					answered={props.enrolled}
				/>
			</div>
		</Sheet>
	);
}
