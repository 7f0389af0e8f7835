/** A signature or timestamp as a report shows it to people: first what it is worth, in plain words, then the details. */
import { changeInWords } from '../changes/changeWords.ts';
import type { Indication, SignatureVerdict } from '../verdict/verdict.ts';
import { inEnglish, timeSentences } from './sentences.ts';
import { kindOf, qualificationWords } from './signatureRows.ts';

export interface Card {
	/** Of the signer, or of the authority. */
	readonly name: string;
	/** The name, with what that is: nothing more for a signature over the document. */
	readonly title: string;
	readonly indication: Indication;
	/** `Valid`, with what it is worth in law where that is known. */
	readonly state: string;
	readonly sentences: readonly string[];
}

export const stateWords: Readonly<Record<Indication, string>> = {
	'TOTAL-PASSED': 'Valid',
	INDETERMINATE: 'Cannot be confirmed',
	'TOTAL-FAILED': 'Not valid',
};

const titles: Readonly<Record<ReturnType<typeof kindOf>, (name: string) => string>> = {
	signature: (name) => name,
	'counter-signature': (name) => `Counter-signature by ${name}`,
	'document-timestamp': (name) => `Timestamp by ${name}`,
};

export function cardOf(signature: SignatureVerdict): Card {
	const { kind, indication, qualification, signer, errors, changes } = signature;
	const isTimestamp = kind === 'document-timestamp';
	const worth = qualification === null ? '' : `, ${qualificationWords[qualification]}`;
	// Proof that was added is nobody's business but the verdict's.
	const told = changes.items.filter(({ level }) => level === 'form-filling' || level === 'annotations');
	const afterwards = [...new Set(told.map(changeInWords))].join('; ');
	const name = signer?.subject.displayName ?? (isTimestamp ? 'Unknown authority' : 'Unknown signer');
	return {
		name,
		title: titles[kindOf(signature)](name),
		indication,
		state: `${stateWords[indication]}${worth}`,
		sentences: [
			...new Set(errors.map(({ message }) => message)),
			...timeSentences(signature).map(inEnglish),
			...(told.length > 0 && changes.level !== 'disallowed'
				? [`Afterwards, as the signature allows: ${afterwards}.`]
				: []),
		],
	};
}
