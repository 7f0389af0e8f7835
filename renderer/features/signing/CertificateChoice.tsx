import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Failure, Identity, IdentityId } from '../../../preload/contract.ts';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { More } from '../../ui/More.tsx';
import { useWords } from '../../ui/words.ts';
import styles from './SigningSheet.module.css';
import type { Identities } from './useIdentities.ts';

/** With which certificate: those that can sign to choose from, the others with the reason why they cannot. */
export function CertificateChoice(props: {
	readonly identities: Identities;
	readonly choose: (identity: IdentityId) => void;
}) {
	const { t } = useTranslation();
	const words = useWords();
	const { choose } = props;
	const { identities, chosen, gone, refresh } = props.identities;
	const again = (
		<Button icon={<RefreshCw size={16} strokeWidth={1.5} aria-hidden />} onPress={refresh}>
			{t('tokens.lookAgain')}
		</Button>
	);
	if (!identities) return <p className={styles.words}>{t('signing.looking')}</p>;
	if (!identities.ok) return <FailureCard failure={identities.error}>{again}</FailureCard>;
	const asItem = ({ id, certificate, token }: Identity) => ({
		value: id,
		title: certificate.name,
		under: t('signing.certificateUnder', {
			issuer: certificate.issuerName,
			token: token.label,
			date: words.date(certificate.notAfter),
		}),
	});
	const usable = identities.value.filter((identity) => identity.usable.ok);
	const others = identities.value.filter((identity) => !identity.usable.ok);
	const rest = usable.filter((identity) => identity !== chosen);
	const folded = chosen && rest.length > FOLDED_FROM ? rest : [];
	const label =
		folded.length > 0
			? t('signing.others', { count: folded.length + others.length })
			: t('signing.unusable', { count: others.length });
	return (
		<div className={styles.section}>
			{gone ? (
				<FailureCard tone="caution" failure={{ ...failureCalled('card-taken-out'), subject: gone.token.label }} />
			) : (
				usable.length === 0 && (
					<FailureCard
						tone="caution"
						failure={failureCalled(others.length > 0 ? 'no-usable-certificate' : 'no-certificate')}
					>
						{again}
					</FailureCard>
				)
			)}
			{usable.length > folded.length && (
				<Choice
					label={t('signing.certificate')}
					value={chosen?.id ?? null}
					items={usable.filter((identity) => !folded.includes(identity)).map(asItem)}
					change={choose}
				/>
			)}
			{folded.length + others.length > 0 && (
				<More label={label} open={usable.length === 0 && !gone}>
					<div className={styles.fields}>
						{folded.length > 0 && (
							<Choice
								label={t('signing.others', { count: folded.length })}
								value={null}
								items={folded.map(asItem)}
								change={choose}
							/>
						)}
						{others.length > 0 && (
							<ul className={styles.fields} aria-label={t('signing.unusable', { count: others.length })}>
								{others.map((identity) => (
									<Unusable key={identity.id} identity={identity} />
								))}
							</ul>
						)}
					</div>
				</More>
			)}
		</div>
	);
}

/** More other certificates than this are folded away: the one that was used last is most often wanted. */
const FOLDED_FROM = 1;

const failureCalled = (code: string): Failure => ({
	code,
	message: '',
	hint: '',
	subject: null,
	details: {},
});

function Unusable({ identity }: { readonly identity: Identity }) {
	const { t } = useTranslation();
	const words = useWords();
	if (identity.usable.ok) return null;
	const { code, message } = identity.usable;
	const { certificate, token } = identity;
	return (
		<li>
			<strong>{certificate.name}</strong> · {token.label}
			<br />
			<span className={styles.words}>
				{t(`unusable.${code}` as 'unusable.expired', {
					defaultValue: message,
					date: words.date(code === 'not-yet-valid' ? certificate.notBefore : certificate.notAfter),
				})}
			</span>
		</li>
	);
}
