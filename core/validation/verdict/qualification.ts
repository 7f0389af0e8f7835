/** How much a signature is worth in law: by trusted lists where there are any (TS 119 615 §4.4 to §4.6). */
import type { Certificate } from '../../pki/certificate.ts';
import {
	type CertificateQualification,
	listedQualification,
	statedQualification,
} from '../../pki/trustedLists/certificateQualification.ts';
import type { TrustedList, TrustService } from '../../pki/trustedLists/trustedList.ts';
import type { TrustedLists } from '../../pki/trustedLists/trustedLists.ts';
import type { Finding } from './verdict.ts';

export type Qualification = 'qualified' | 'advanced-qc' | 'advanced';

export interface QualificationQuestion {
	readonly certificate: Certificate;
	/** The authorities above it: any of them may be the one that is listed. */
	readonly issuers: readonly Certificate[];
	/** The earliest time at which the signature is proved to exist, else that of validation. */
	readonly time: Date;
	/** When validation is done. */
	readonly now: Date;
	readonly lists: TrustedLists | undefined;
}

/**
 * What a signature that passed is called.
 *
 * `qualified` needs a trusted list: a certificate's own word is not enough (TS 119 615 §4.4). Without one, a certificate
 * that states to be qualified makes it `advanced-qc`; where lists are at hand and none confirms that, it is `advanced`.
 */
export function qualify(question: QualificationQuestion): {
	readonly qualification: Qualification;
	readonly warnings: readonly Finding[];
} {
	const { certificate, lists, now } = question;
	if (lists === undefined)
		return { qualification: isForSigning(statedQualification(certificate)) ? 'advanced-qc' : 'advanced', warnings: [] };
	const confirmed = confirmations(question, lists);
	const best = confirmed.find(({ device }) => device) ?? confirmed[0];
	return {
		qualification: best === undefined ? 'advanced' : best.device ? 'qualified' : 'advanced-qc',
		warnings: best === undefined ? [] : overdue(best.list, now),
	};
}

interface Confirmation {
	readonly device: boolean;
	readonly list: TrustedList;
}

/** Each service that was granted, and made the certificate a qualified one, both when it was issued and when it signed. */
function confirmations({ certificate, issuers, time }: QualificationQuestion, lists: TrustedLists): Confirmation[] {
	return issuers.flatMap((issuer) => {
		const judge = (at: Date): ReadonlyMap<TrustService, CertificateQualification> =>
			new Map(
				lists
					.statusAt(issuer, 'CA/QC', at)
					.map(({ service, period }) => [service, listedQualification(certificate, period)]),
			);
		const issued = judge(certificate.notBefore);
		const signed = judge(time);
		return lists.statusAt(issuer, 'CA/QC', time).flatMap(({ service, list }) => {
			const [before, then] = [issued.get(service), signed.get(service)];
			if (before === undefined || then === undefined || !isForSigning(before) || !isForSigning(then)) return [];
			return [{ device: then.device, list }];
		});
	});
}

const isForSigning = ({ qualified, purposes }: CertificateQualification): boolean =>
	qualified && (purposes.has('signatures') || purposes.has('seals'));

function overdue(list: TrustedList, now: Date): readonly Finding[] {
	const { nextUpdate, territory } = list;
	if (nextUpdate !== undefined && now <= nextUpdate) return [];
	const since = nextUpdate === undefined ? 'was closed' : `was to be replaced by ${nextUpdate.toISOString()}`;
	return [
		{ code: 'trusted-list-overdue', message: `The trusted list of ${territory} ${since}: it may be out of date.` },
	];
}
