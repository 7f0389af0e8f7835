import type { TFunction } from 'i18next';
import { Clock, Hourglass, MapPin, MessageSquareText } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Failure, OpenDocument, SignatureCard } from '../../../preload/contract.ts';
import { useDesk } from '../../app/desk.ts';
import type { Spot } from '../../frame/protocol.ts';
import { Button } from '../../ui/Button.tsx';
import { FailureCard } from '../../ui/FailureCard.tsx';
import { More } from '../../ui/More.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { save } from '../../ui/saved.ts';
import { useWords } from '../../ui/words.ts';
import { detailsOf } from './details.ts';
import styles from './SignatureCardView.module.css';

const icon = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;

/** One signature: who, what it is worth and why, when and who proves it, and for how long. */
export function SignatureCardView(props: {
	readonly document: OpenDocument;
	readonly signature: SignatureCard;
	readonly online: boolean;
	readonly show: (spot: Spot) => void;
	readonly extract: () => void;
}) {
	const { signature, show } = props;
	const { mark } = signature;
	const { t, i18n } = useTranslation();
	const isTest = signature.test && signature.state === 'valid';
	const name = signature.signer?.name ?? t('card.unknownSigner');
	const title = titleOf(signature, name, t);
	const why = whyOf(signature);
	const sentence = i18n.exists(`reason.${why}`)
		? t(`reason.${why}` as 'reason.valid')
		: (signature.reasons[0]?.message ?? t(`reason.${signature.state}`));
	const change = firstChange(signature);
	// Where the signed bytes themselves were altered, nobody has what was signed any more.
	const isSignedKept = signature.state === 'changed' && signature.subIndication !== 'HASH_FAILURE';
	const remedyKey = `reasonRemedy.${why}`;
	return (
		<article className={styles.card} aria-label={title} data-signature-state={signature.state}>
			<div className={styles.head}>
				<h3 className={styles.name}>
					{title}
					{signature.signer?.organisation && signature.signer.organisation !== name && (
						<span className={styles.organisation}> · {signature.signer.organisation}</span>
					)}
				</h3>
				<StateBadge
					state={isTest ? 'test' : signature.state}
					word={isTest ? t('state.test') : t(`state.${signature.state}`)}
				/>
			</div>
			<p>
				{sentence} {i18n.exists(remedyKey) && t(remedyKey as 'reasonRemedy.NO_CERTIFICATE_CHAIN_FOUND')}
			</p>
			<Facts signature={signature} />
			{(mark || change || isSignedKept) && (
				<div className={styles.actions}>
					{change && <Button onPress={() => show(change)}>{t('card.showChange', { page: change.page })}</Button>}
					{isSignedKept && <Button onPress={props.extract}>{t('card.showSigned')}</Button>}
					{mark && <Button onPress={() => show(mark)}>{t('card.showMark')}</Button>}
				</div>
			)}
			<Details {...props} />
		</article>
	);
}

function titleOf({ kind, countersigns }: SignatureCard, name: string, t: TFunction): string {
	if (kind === 'document-timestamp') return t('card.timestamp', { name });
	return countersigns ? t('card.counterSignature', { name }) : name;
}

/** The first change that can be looked at, of a signature that it spoils. */
function firstChange({ state, changes }: SignatureCard): Spot | null {
	if (state !== 'changed') return null;
	const seen = changes.items.filter(({ page }) => page !== null);
	const { page = null, rectangle = null } = seen.find(({ level }) => level === 'disallowed') ?? seen[0] ?? {};
	return page === null ? null : { page, rectangle };
}

/** Which sentence speaks for the signature: that of its state, or of the sub-indication that decided it. */
function whyOf({ state, kind, countersigns, subIndication }: SignatureCard): string {
	if (countersigns && state === 'valid') return 'validCounterSignature';
	if (countersigns && subIndication === 'HASH_FAILURE') return 'counterSignatureOfOther';
	if (state === 'changed') return subIndication === 'HASH_FAILURE' ? subIndication : state;
	if (state === 'valid') return kind === 'document-timestamp' ? 'validTimestamp' : 'valid';
	return subIndication ?? state;
}

function Facts({ signature }: { readonly signature: SignatureCard }) {
	const { t } = useTranslation();
	const words = useWords();
	const time = signature.bestTime ?? signature.claimedTime;
	return (
		<dl className={styles.facts}>
			{time && (
				<Fact icon={<Clock {...icon} />} label={t('card.when')}>
					{signature.timeProvedBy
						? t('card.timeProved', { time: words.moment(time), by: signature.timeProvedBy })
						: t(signature.kind === 'signature' ? 'card.timeClaimed' : 'card.timeStamped', { time: words.moment(time) })}
				</Fact>
			)}
			{signature.provableUntil && (
				<Fact icon={<Hourglass {...icon} />} label={t('card.howLong')}>
					{t('card.provableUntil', { date: words.date(signature.provableUntil) })}
				</Fact>
			)}
			{signature.reason && (
				<Fact icon={<MessageSquareText {...icon} />} label={t('signing.reason')}>
					{signature.reason}
				</Fact>
			)}
			{signature.location && (
				<Fact icon={<MapPin {...icon} />} label={t('signing.location')}>
					{signature.location}
				</Fact>
			)}
		</dl>
	);
}

function Fact(props: { readonly icon: ReactNode; readonly label: string; readonly children: ReactNode }) {
	return (
		<div>
			{props.icon}
			<dt>{props.label}</dt>
			<dd>{props.children}</dd>
		</div>
	);
}

function Details(props: {
	readonly document: OpenDocument;
	readonly signature: SignatureCard;
	readonly online: boolean;
}) {
	const { document, signature, online } = props;
	const { t } = useTranslation();
	const { bridge } = useDesk();
	const words = useWords();
	const [copied, setCopied] = useState(false);
	const [failure, setFailure] = useState<Failure | null>(null);
	const facts = detailsOf(signature, t, words);
	const copy = async () => {
		await navigator.clipboard.writeText(facts.map(({ label, value }) => `${label}: ${value}`).join('\n'));
		setCopied(true);
	};
	const report = async () =>
		setFailure(await save(bridge.signatures.saveReport({ handle: document.handle, format: 'html', online })));
	return (
		<More label={t('card.details')}>
			<dl className={styles.details}>
				{facts.map(({ label, value }) => (
					<div key={`${label} ${value}`}>
						<dt>{label}</dt>
						<dd>{value}</dd>
					</div>
				))}
			</dl>
			<div className={styles.actions} style={{ marginTop: 12 }}>
				<Button onPress={() => void copy()}>{copied ? t('card.copied') : t('card.copy')}</Button>
				<Button onPress={() => void report()}>{t('card.saveReport')}</Button>
			</div>
			{failure && <FailureCard failure={failure} />}
		</More>
	);
}
