/** The verdict in plain words: codes with their values, for the window to translate, and the English of them. */
import type { DocumentVerdict, SignatureVerdict } from '../verdict/verdict.ts';
import { kindOf } from './signatureRows.ts';

export interface Sentence {
	readonly code: SentenceCode;
	readonly values: Readonly<Record<string, string | number>>;
}

export type SentenceCode =
	| 'no-signature'
	| 'signed-by'
	| 'counter-signed-by'
	| 'unchanged-since'
	| 'changed-as-allowed'
	| 'changed-as-not-allowed'
	| 'all-confirmed'
	| 'some-unconfirmed'
	| 'some-broken'
	| 'timestamps-unconfirmed'
	| 'timestamps-broken'
	| 'test-only'
	| 'time-proved'
	| 'time-claimed'
	| 'provable-until';

/** What to tell a person first about a document, in this order. */
export function summarise(verdict: DocumentVerdict): readonly Sentence[] {
	if (verdict.signatures.length === 0) return [{ code: 'no-signature', values: {} }];
	const sentences: Sentence[] = [];
	for (const [code, wanted] of [
		['signed-by', 'signature'],
		['counter-signed-by', 'counter-signature'],
	] as const) {
		const signatures = verdict.signatures.filter((signature) => kindOf(signature) === wanted);
		const names = [...new Set(signatures.map(({ signer }) => signer?.subject.displayName ?? '?'))];
		if (names.length > 0) sentences.push({ code, values: { count: names.length, names: names.join(', ') } });
	}
	sentences.push(stateSentence(verdict), changesSentence(verdict));
	if (verdict.signatures.some(({ anchor }) => anchor?.test)) sentences.push({ code: 'test-only', values: {} });
	return sentences;
}

/** Of the signatures of people; of timestamps only where those alone are at fault, or there is nothing else. */
function stateSentence({ indication, signatures }: DocumentVerdict): Sentence {
	const [people, timestamps] = [true, false].map((wanted) =>
		signatures.filter(({ kind }) => (kind === 'signature') === wanted),
	);
	const count = (of: typeof people): number => of?.filter((one) => one.indication === indication).length ?? 0;
	if (indication === 'TOTAL-PASSED')
		return { code: 'all-confirmed', values: { count: people?.length || signatures.length } };
	const [worst, worstOfTimestamps] = [count(people), count(timestamps)];
	const isBroken = indication === 'TOTAL-FAILED';
	if (worst > 0) return { code: isBroken ? 'some-broken' : 'some-unconfirmed', values: { count: worst } };
	return {
		code: isBroken ? 'timestamps-broken' : 'timestamps-unconfirmed',
		values: { count: worstOfTimestamps },
	};
}

function changesSentence({ signatures }: DocumentVerdict): Sentence {
	const levels = new Set(signatures.map(({ changes }) => changes.level));
	if (levels.has('disallowed')) return { code: 'changed-as-not-allowed', values: {} };
	if (levels.has('annotations') || levels.has('form-filling')) return { code: 'changed-as-allowed', values: {} };
	return { code: 'unchanged-since', values: {} };
}

/** What to tell about one signature's time. */
export function timeSentences({ bestTime, claimedTime, provableUntil }: SignatureVerdict): readonly Sentence[] {
	const sentences: Sentence[] = [];
	if (bestTime) sentences.push({ code: 'time-proved', values: { time: bestTime.toISOString() } });
	else if (claimedTime) sentences.push({ code: 'time-claimed', values: { time: claimedTime.toISOString() } });
	if (provableUntil) sentences.push({ code: 'provable-until', values: { time: provableUntil.toISOString() } });
	return sentences;
}

const english: Readonly<Record<SentenceCode, (values: Sentence['values']) => string>> = {
	'no-signature': () => 'Nobody has signed this document.',
	'signed-by': ({ count, names }) => `Signed by ${count === 1 ? names : `${count} people: ${names}`}.`,
	'counter-signed-by': ({ count, names }) => `Counter-signed by ${count === 1 ? names : `${count} people: ${names}`}.`,
	'unchanged-since': () => 'Nothing was changed since.',
	'changed-as-allowed': () => 'What was changed since is allowed by the signatures.',
	'changed-as-not-allowed': () => 'The document was changed in a way that a signature does not allow.',
	'all-confirmed': ({ count }) => (count === 1 ? 'The signature is valid.' : `All ${count} signatures are valid.`),
	'some-unconfirmed': ({ count }) =>
		count === 1 ? 'One signature cannot be confirmed.' : `${count} signatures cannot be confirmed.`,
	'some-broken': ({ count }) => (count === 1 ? 'One signature is not valid.' : `${count} signatures are not valid.`),
	'timestamps-unconfirmed': ({ count }) =>
		count === 1 ? 'One timestamp cannot be confirmed.' : `${count} timestamps cannot be confirmed.`,
	'timestamps-broken': ({ count }) =>
		count === 1 ? 'One timestamp is not valid.' : `${count} timestamps are not valid.`,
	'test-only': () => 'TEST: it rests on a certificate made for trying out, and proves nothing.',
	'time-proved': ({ time }) => `Proved to exist on ${inWords(time)}.`,
	'time-claimed': ({ time }) => `The signer's computer said ${inWords(time)}; nobody proves it.`,
	'provable-until': ({ time }) => `Can be proved until ${inWords(time)} with what is in the file.`,
};

/** `26 November 2026, 07:54:59 UTC`. */
const inWords = (time: string | number | undefined): string =>
	`${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' })
		.format(new Date(time ?? Number.NaN))
		.replace(' at ', ', ')} UTC`;

export const inEnglish = ({ code, values }: Sentence): string => english[code](values);
