import type { FileVerdict, SignatureCard } from '../../../preload/contract.ts';

/** The one sentence on the whole file, as a key of the texts and the number in it. */
export interface Sentence {
	readonly key: 'none' | 'signed' | 'signedAddedTo' | 'unconfirmed' | 'changed' | 'invalid' | 'test' | 'timestampOnly';
	readonly count: number;
	/** The gravest state of all, which gives the sentence its icon and colour. */
	readonly tone: SignatureCard['state'] | 'none' | 'test';
}

const gravity = ['valid', 'unconfirmed', 'changed', 'invalid'] as const;

/** What was done to the file since a signature was made that is neither nothing nor proof added to it. */
const wasAddedTo = ({ changes }: SignatureCard) =>
	changes.level === 'form-filling' || changes.level === 'annotations' || changes.level === 'disallowed';

/** Says no more than the worst signature bears: one that is not valid speaks for the whole file. */
export function sentenceOn(verdict: FileVerdict): Sentence {
	// A counter-signature signs no document.
	const people = verdict.signatures.filter(({ kind, countersigns }) => kind === 'signature' && !countersigns);
	const count = people.length;
	const worst = gravity.findLast((state) => verdict.signatures.some((one) => one.state === state));
	if (worst === undefined) return { key: 'none', count: 0, tone: 'none' };
	if (worst !== 'valid') {
		// A timestamp is nobody's signature: it counts where it alone is concerned.
		const concerned = people.filter(({ state }) => state === worst).length;
		return { key: worst, count: Math.max(concerned, 1), tone: worst };
	}
	if (verdict.signatures.some(({ test }) => test)) return { key: 'test', count: Math.max(count, 1), tone: 'test' };
	if (count === 0) return { key: 'timestampOnly', count: verdict.signatures.length, tone: 'valid' };
	return { key: people.some(wasAddedTo) ? 'signedAddedTo' : 'signed', count, tone: 'valid' };
}
