import { changeInWords } from '../changes/changeWords.ts';
import { policyOf } from '../facts/policyOf.ts';
import type { Qualification } from '../verdict/qualification.ts';
import type { SignatureVerdict } from '../verdict/verdict.ts';

/** What a signature is worth in law, in plain words. */
export const qualificationWords: Readonly<Record<Qualification, string>> = {
	qualified: 'qualified signature',
	'advanced-qc': 'advanced signature with qualified certificate',
	advanced: 'advanced signature',
};

/** A counter-signature is over another signature, and over no document. */
export function kindOf({ kind, facts }: SignatureVerdict): 'signature' | 'counter-signature' | 'document-timestamp' {
	return facts.counterSigned === undefined ? kind : 'counter-signature';
}

const kindWords: Readonly<Record<ReturnType<typeof kindOf>, string>> = {
	signature: 'Signature',
	'counter-signature': 'Counter-signature',
	'document-timestamp': 'Document timestamp',
};

/** Details of one signature as label and value, for tables. */
export function signatureRows(signature: SignatureVerdict): readonly (readonly [string, string])[] {
	const { signer, changes, chain, timestamps, counterSignatureOf: over } = signature;
	const policy = policyOf(signature.facts);
	const rows: (readonly [string, string | undefined])[] = [
		['Kind', kindWords[kindOf(signature)]],
		['Countersigns', over === undefined ? undefined : `signature ${over + 1}`],
		['Field', signature.field],
		['Verdict', [signature.indication, signature.subIndication].filter(Boolean).join(', ')],
		['Level', signature.level?.toUpperCase()],
		['Qualification', signature.qualification === null ? undefined : qualificationWords[signature.qualification]],
		['Signature policy', policy && [policy.id, policy.uri].filter(Boolean).join(', ')],
		['Subject', signer?.subject.text],
		['Issuer', signer?.issuer.text],
		['Serial number', signer?.serialNumber.toLowerCase()],
		['Chain', chain.map((certificate) => certificate.subject.displayName).join(' ← ')],
		['Covers its revision', signature.coversWholeRevision ? 'yes' : 'no'],
		['Bytes after it', String(signature.bytesAfter)],
		['Changes after it', changes.level],
		...changes.items.map((change) => ['', `${change.what}: ${changeInWords(change)}`] as const),
		...timestamps.map(
			({ kind, time, authority, indication }) =>
				[
					'Timestamp',
					`${kind}, ${time.toISOString()}, ${authority?.subject.displayName ?? 'unknown authority'}, ${indication}`,
				] as const,
		),
	];
	return rows.flatMap(([label, value]) => (value ? [[label, value] as const] : []));
}
