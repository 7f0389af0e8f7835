import { Trash2 } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EnrolledCertificate, Failure } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { useWords } from '../../ui/words.ts';
import { EnrolSheet } from '../inbox/EnrolSheet.tsx';
import { useFresh } from '../inbox/useFresh.ts';
import styles from './SettingsPlace.module.css';

/** The certificates by which the service knows the person's signature where a posting names no identifier. */
export function EnrolledCertificates() {
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const { reply, take } = useFresh(useCallback(() => bridge.account.certificates(), [bridge]));
	const [enrolling, setEnrolling] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const giveUp = async (certificate: EnrolledCertificate) => {
		const answer = await bridge.account.giveUpCertificate({ sha256: certificate.sha256 });
		setFailure(answer.ok ? null : answer.error);
		if (answer.ok) take(answer.value);
	};
	const close = () => setEnrolling(false);
	return (
		<section className={styles.rows} aria-label={t('account.enrolled')}>
			<h3>{t('account.enrolled')}</h3>
			<p className={styles.muted}>{t('account.enrolWords')}</p>
			{reply?.ok && reply.value.length > 0 && (
				<ul className={styles.rows}>
					{reply.value.map((certificate) => (
						<Row key={certificate.sha256} certificate={certificate} giveUp={() => void giveUp(certificate)} />
					))}
				</ul>
			)}
			{reply && !reply.ok && <p className={styles.muted}>{t('account.enrolledNotNow')}</p>}
			{failure && <FailureCard failure={failure} />}
			<div>
				<Button onPress={() => setEnrolling(true)}>{t('account.enrol')}</Button>
			</div>
			{enrolling && (
				<EnrolSheet
					first={null}
					close={close}
					enrolled={(certificates) => {
						setFailure(null);
						take(certificates);
						close();
					}}
				/>
			)}
		</section>
	);
}

function Row(props: { readonly certificate: EnrolledCertificate; readonly giveUp: () => void }) {
	const { subject, issuer, notAfter, assurance, enrolledAt } = props.certificate;
	const { t } = useTranslation();
	const words = useWords();
	return (
		<li className={styles.row}>
			<span>
				{subject}
				<br />
				<span className={styles.muted}>
					{t('account.enrolledFacts', { issuer, date: words.date(notAfter), when: words.date(enrolledAt) })}
					<br />
					{`${t('account.assurance')}: ${t(`assurance.${assurance}`)}`}
				</span>
			</span>
			<IconButton label={t('account.giveUpCertificate', { name: subject })} onPress={props.giveUp}>
				<Trash2 size={18} strokeWidth={1.5} aria-hidden />
			</IconButton>
		</li>
	);
}
