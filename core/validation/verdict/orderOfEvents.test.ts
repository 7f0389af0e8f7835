import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoPki, startDemoPki } from '../../../test/kit/demoPki.ts';
import { Certificate } from '../../pki/certificate.ts';
import { open } from './objectVerdict.ts';
import { type Events, judgeOrder } from './orderOfEvents.ts';
import { type Conclusion, passed, type SubIndication, type TimestampVerdict } from './verdict.ts';

const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));
let pki: DemoPki;
let signer: Certificate;
beforeAll(async () => {
	pki = await startDemoPki();
	signer = Certificate.parse(pki.issue({ notBefore: day(10), notAfter: day(20) }).certificate);
});
afterAll(() => pki.close());

const timestamp = (kind: TimestampVerdict['kind'], time: Date, conclusion = passed): TimestampVerdict => ({
	...conclusion,
	kind,
	time,
	authority: undefined,
	chain: [],
});
const because = (subIndication: SubIndication): Conclusion => open(subIndication, 'x', 'x');

function judge(conclusion: Conclusion, events: Partial<Events>): string | undefined {
	const all = { signer, revokedAt: undefined, exists: day(15), timestamps: [], ...events };
	const order = judgeOrder(conclusion, all);
	return order && `${order.indication} ${order.subIndication}`;
}

describe('the order of events', () => {
	it('says nothing against a signature made while its certificate held', () => {
		const timestamps = [timestamp('content', day(14)), timestamp('signature', day(15))];
		expect(judge(passed, { timestamps })).toBeUndefined();
	});

	it('is false for what existed before the certificate was issued', () => {
		expect(judge(because('OUT_OF_BOUNDS_NO_POE'), { exists: day(9) })).toBe('TOTAL-FAILED NOT_YET_VALID');
	});

	it.each<[string, SubIndication, Partial<Events>, string]>([
		['revoked', 'REVOKED_NO_POE', { revokedAt: day(12) }, 'TOTAL-FAILED REVOKED'],
		['expired', 'OUT_OF_BOUNDS_NO_POE', {}, 'TOTAL-FAILED EXPIRED'],
	])('is false for what was begun when the certificate was %s already', (_what, subIndication, events, expected) => {
		const late = { exists: day(25), ...events, timestamps: [timestamp('content', day(21))] };
		expect(judge(because(subIndication), late)).toBe(expected);
		// Without proof of when it was begun, it may have been made before.
		expect(judge(because(subIndication), { ...late, timestamps: [timestamp('signature', day(21))] })).toBeUndefined();
		const unproved = [timestamp('content', day(21), because('NO_CERTIFICATE_CHAIN_FOUND'))];
		expect(judge(because(subIndication), { ...late, timestamps: unproved })).toBeUndefined();
	});

	it('is open where the content is said to be younger than the signature', () => {
		const timestamps = [timestamp('content', day(16)), timestamp('signature', day(15))];
		expect(judge(passed, { timestamps })).toBe('INDETERMINATE TIMESTAMP_ORDER_FAILURE');
	});
});
