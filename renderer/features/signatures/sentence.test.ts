import { describe, expect, it } from 'vitest';
import type { FileVerdict, SignatureCard } from '../../../preload/contract.ts';
import { sentenceOn } from './sentence.ts';

const signature = (part: Partial<SignatureCard>): SignatureCard => ({
	id: '1',
	field: 'Signature1',
	kind: 'signature',
	countersigns: false,
	state: 'valid',
	indication: 'TOTAL-PASSED',
	subIndication: null,
	reasons: [],
	warnings: [],
	signer: null,
	test: false,
	level: 'b-lta',
	qualification: null,
	claimedTime: null,
	bestTime: null,
	timeProvedBy: null,
	provableUntil: null,
	reason: null,
	location: null,
	coversWholeRevision: true,
	bytesAfter: 0,
	changes: { level: 'none', items: [] },
	mark: null,
	facts: [],
	...part,
});
const verdict = (...parts: Partial<SignatureCard>[]): FileVerdict => ({
	indication: 'TOTAL-PASSED',
	signatures: parts.map(signature),
	online: true,
	onlineWouldHelp: false,
});

describe('the sentence on the whole file', () => {
	it('says that nobody has signed', () => {
		expect(sentenceOn(verdict())).toEqual({ key: 'none', count: 0, tone: 'none' });
	});

	it('counts people, not timestamps', () => {
		expect(sentenceOn(verdict({}, { kind: 'document-timestamp' }))).toEqual({ key: 'signed', count: 1, tone: 'valid' });
	});

	it('counts no counter-signatures among those who signed the document, and keeps none of their faults back', () => {
		expect(sentenceOn(verdict({}, { countersigns: true }))).toEqual({ key: 'signed', count: 1, tone: 'valid' });
		const broken = verdict({}, { countersigns: true, state: 'invalid' });
		expect(sentenceOn(broken)).toEqual({ key: 'invalid', count: 1, tone: 'invalid' });
	});

	it('speaks of the worst signature when one of several is not valid', () => {
		const mixed = verdict({}, { state: 'unconfirmed' }, { state: 'invalid' });
		expect(sentenceOn(mixed)).toEqual({ key: 'invalid', count: 1, tone: 'invalid' });
	});

	it('counts no timestamps among the people whose document was changed', () => {
		const changed = verdict({ state: 'changed' }, { kind: 'document-timestamp', state: 'changed' });
		expect(sentenceOn(changed)).toEqual({ key: 'changed', count: 1, tone: 'changed' });
	});

	it('never calls a signature on a test anchor simply signed', () => {
		expect(sentenceOn(verdict({ test: true }))).toEqual({ key: 'test', count: 1, tone: 'test' });
	});

	it('calls a test signature what it is when it is not even valid', () => {
		expect(sentenceOn(verdict({ test: true, state: 'changed' }))).toMatchObject({ key: 'changed', tone: 'changed' });
	});

	it('does not say "nothing was changed" when a form was filled in since', () => {
		const filled = verdict({ changes: { level: 'form-filling', items: [] } });
		expect(sentenceOn(filled)).toMatchObject({ key: 'signedAddedTo' });
	});

	it('lets proof be added without a word', () => {
		expect(sentenceOn(verdict({ changes: { level: 'lta', items: [] } }))).toMatchObject({ key: 'signed' });
	});
});
