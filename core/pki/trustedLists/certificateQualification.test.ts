import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DemoPki, type Issued, startDemoPki } from '../../../test/kit/demoPki.ts';
import {
	additionalService,
	keyUsageCriterion,
	makeTrustedList,
	policyCriterion,
	qualification,
} from '../../../test/kit/trustedListMaker.ts';
import { Certificate } from '../certificate.ts';
import { listedQualification } from './certificateQualification.ts';
import { readTrustedList } from './trustedList.ts';

let pki: DemoPki;
let operator: Issued;
beforeAll(async () => {
	pki = await startDemoPki();
	operator = pki.issue();
});
afterAll(() => pki.close());

/** What a list makes of a certificate: `qscd` qualified in a device, `qc` qualified, `none`. */
function judge(status: string, extensions: readonly string[], certificate: Uint8Array): string {
	const statuses = [{ status, from: new Date('2020-01-01T00:00:00Z'), extensions }];
	const services = [{ type: 'CA/QC' as const, certificate: pki.issuing.certificate, statuses }];
	const list = readTrustedList(makeTrustedList({ services }, operator), [Certificate.parse(operator.certificate)]);
	const [period] = list.services[0]?.periods ?? [];
	if (period === undefined) return 'missing';
	const { qualified, device, purposes } = listedQualification(Certificate.parse(certificate), period);
	if (!qualified) return 'none';
	return `${device ? 'qscd' : 'qc'} for ${[...purposes].join(', ')}`;
}

const byKeyUsage = keyUsageCriterion('nonRepudiation');
const qualified = () => pki.issue({ qualified: true, policy: '1.2.3' }).certificate;
const plain = () => pki.issue({ policy: '1.2.3' }).certificate;

it.each([
	['a qualified certificate by its own word', 'granted', [], qualified, 'qscd for signatures'],
	['one before eIDAS', 'accredited', [], qualified, 'qscd for signatures'],
	['one of a service withdrawn', 'withdrawn', [], qualified, 'none'],
	['a plain one', 'granted', [], plain, 'none'],
	[
		'one that the list calls qualified',
		'granted',
		[qualification(['QCStatement'], byKeyUsage)],
		plain,
		'qc for signatures',
	],
	[
		'one that the list calls not qualified',
		'granted',
		[qualification(['NotQualified'], byKeyUsage)],
		qualified,
		'none',
	],
	[
		'one of which the list contradicts itself',
		'granted',
		[qualification(['NotQualified', 'QCStatement'], byKeyUsage)],
		qualified,
		'none',
	],
	[
		'one that has no device by the list',
		'granted',
		[qualification(['QCNoQSCD'], byKeyUsage)],
		qualified,
		'qc for signatures',
	],
	[
		'one that has a device by the list',
		'granted',
		[qualification(['QCStatement', 'QCWithQSCD'], policyCriterion('1.2.3'))],
		plain,
		'qscd for signatures',
	],
	[
		'one that the list has for seals',
		'granted',
		[qualification(['QCForESeal'], byKeyUsage)],
		qualified,
		'qscd for seals',
	],
	['one of a service for seals alone', 'granted', [additionalService('ForeSeals')], qualified, 'none'],
	[
		'one of a service for signatures',
		'granted',
		[additionalService('ForeSignatures')],
		qualified,
		'qscd for signatures',
	],
	[
		'one that meets only some of all criteria',
		'granted',
		[qualification(['NotQualified'], byKeyUsage + policyCriterion('9.9'))],
		qualified,
		'qscd for signatures',
	],
	[
		'one that meets one of several criteria',
		'granted',
		[qualification(['NotQualified'], byKeyUsage + policyCriterion('9.9'), 'atLeastOne')],
		qualified,
		'none',
	],
	[
		'one that meets none of the criteria',
		'granted',
		[qualification(['NotQualified'], policyCriterion('9.9'), 'none')],
		qualified,
		'none',
	],
	['one by criteria nobody knows', 'granted', [qualification(['QCNoQSCD'], '<Unheard></Unheard>')], qualified, 'none'],
])('%s', (_, status, extensions, make, expected) => {
	expect(judge(status, extensions, make())).toBe(expected);
});
