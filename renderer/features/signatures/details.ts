import type { TFunction } from 'i18next';
import type { Fact, SignatureCard } from '../../../preload/contract.ts';
import type { Words } from '../../ui/words.ts';

/** The facts of a signature in the field's own terms, for somebody who checks; times in UTC and as they are here. */
export function detailsOf(signature: SignatureCard, t: TFunction, words: Words): Fact[] {
	const both = (iso: string) => `${words.utc(iso)} · ${words.moment(iso)}`;
	const { signer, countersigns } = signature;
	const format = countersigns ? 'CAdES' : 'PAdES';
	const facts: (Fact | null)[] = [
		{
			label: t('detail.indication'),
			value: [signature.indication, signature.subIndication].filter(Boolean).join(' · '),
		},
		...signature.reasons.map(({ code, message }) => ({ label: code, value: message })),
		...signature.warnings.map(({ code, message }) => ({ label: code, value: message })),
		signer && { label: t('detail.subject'), value: signer.subject },
		signer && { label: t('detail.issuer'), value: signer.issuer },
		signer && { label: t('detail.serial'), value: signer.serial },
		signature.level && {
			label: t('detail.level'),
			value: signature.level === 'basic' ? t('detail.basic') : `${format} ${signature.level.toUpperCase()}`,
		},
		signature.qualification && { label: t('detail.qualification'), value: signature.qualification },
		signature.claimedTime ? { label: t('detail.claimedTime'), value: both(signature.claimedTime) } : null,
		signature.bestTime ? { label: t('detail.bestTime'), value: both(signature.bestTime) } : null,
		{ label: t('detail.field'), value: signature.field },
		{ label: t('detail.bytesAfter'), value: words.bytes(signature.bytesAfter) },
		...signature.changes.items.map(({ what, page }) => ({
			label: t('detail.change'),
			value: page === null ? what : `${what} (${t('detail.onPage', { page })})`,
		})),
		...signature.facts,
	];
	return facts.filter((fact) => fact !== null);
}
