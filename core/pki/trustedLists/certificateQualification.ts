/** Whether a certificate was qualified at a time, by trusted lists and its own statements (TS 119 615 §4.4, §4.5). */
import type { Certificate } from '../certificate.ts';
import { CertificateError } from '../certificateError.ts';
import { DerError, readDer, Tag } from '../der.ts';
import type { StatusPeriod } from './trustedList.ts';

export type QualifiedPurpose = 'signatures' | 'seals' | 'websites';

export interface CertificateQualification {
	readonly qualified: boolean;
	/** The key is in a qualified device, as the list or else the certificate says. */
	readonly device: boolean;
	readonly purposes: ReadonlySet<QualifiedPurpose>;
}

const unqualified: CertificateQualification = { qualified: false, device: false, purposes: new Set() };

/** What a certificate says of itself (EN 319 412-5 §4.2; before it, by policies, EN 319 411-2 §5.3, TS 101 456). */
export function statedQualification(certificate: Certificate): CertificateQualification {
	try {
		const statements = certificate.qcStatements;
		const policies = certificate.certificatePolicies?.map(({ oid }) => oid) ?? [];
		const has = (oid: string): boolean => statements.some((statement) => statement.oid === oid);
		const types = statements.filter(({ oid }) => oid === qcType).flatMap(({ info }) => (info ? typesIn(info) : []));
		return {
			qualified: has(qcCompliance) || policies.some((oid) => directivePolicies.includes(oid)),
			device: has(qcDevice) || policies.some((oid) => devicePolicies.includes(oid)),
			// EN 319 412-5 §4.2.3: without the statement it is a certificate for signatures.
			purposes: new Set(types.length === 0 ? ['signatures'] : types.flatMap((oid) => purposeByType.get(oid) ?? [])),
		};
	} catch (error) {
		if (error instanceof CertificateError || error instanceof DerError) return unqualified;
		throw error;
	}
}

const qcCompliance = '0.4.0.1862.1.1';
const qcDevice = '0.4.0.1862.1.4';
const qcType = '0.4.0.1862.1.6';
const purposeByType = new Map<string, QualifiedPurpose>([
	['0.4.0.1862.1.6.1', 'signatures'],
	['0.4.0.1862.1.6.2', 'seals'],
	['0.4.0.1862.1.6.3', 'websites'],
]);
/** QCP+ and QCP of Directive 1999/93/EC. */
const directivePolicies: readonly string[] = ['0.4.0.1456.1.1', '0.4.0.1456.1.2'];
/** QCP+, QCP-n-qscd, QCP-l-qscd. */
const devicePolicies: readonly string[] = ['0.4.0.1456.1.1', '0.4.0.194112.1.2', '0.4.0.194112.1.3'];

const typesIn = (info: Uint8Array): readonly string[] =>
	[...readDer(info, Tag.sequence).read().rest()].map((element) => element.oid());

/**
 * What a list makes of a certificate in one period of the service that issued it: its qualifiers outweigh what the
 * certificate says. What cannot be decided, or is contradictory, does not qualify.
 */
export function listedQualification(certificate: Certificate, period: StatusPeriod): CertificateQualification {
	if (!period.granted) return unqualified;
	const stated = statedQualification(certificate);
	const applying = period.qualifications.filter((item) => item.appliesTo(certificate) === true);
	if (period.qualifications.some((item) => item.appliesTo(certificate) === undefined)) return unqualified;
	const qualifiers = new Set(applying.flatMap((item) => item.qualifiers));
	const has = (...names: readonly string[]): boolean => names.some((name) => qualifiers.has(name));
	const purposes = purposesByList.filter(([qualifier]) => qualifiers.has(qualifier)).map(([, purpose]) => purpose);
	// QCForLegalPerson: of an organisation, so before seals were known it was not for a person's signatures.
	const own = has('QCForLegalPerson') && purposes.length === 0 ? new Set<QualifiedPurpose>(['seals']) : stated.purposes;
	const wanted = purposes.length > 0 ? new Set(purposes) : own;
	const offered = period.additional.flatMap((name) => purposeByService.get(name) ?? []);
	const usable = new Set([...wanted].filter((purpose) => offered.length === 0 || offered.includes(purpose)));
	const contradiction = has('NotQualified') && has('QCStatement');
	const qualified = !contradiction && !has('NotQualified') && (has('QCStatement') || stated.qualified);
	return { qualified: qualified && usable.size > 0, device: hasDevice(has, stated), purposes: usable };
}

const purposesByList: readonly (readonly [string, QualifiedPurpose])[] = [
	['QCForESig', 'signatures'],
	['QCForESeal', 'seals'],
	['QCForWSA', 'websites'],
];
/** AdditionalServiceInformation (TS 119 612 §5.5.9.4). */
const purposeByService = new Map<string, QualifiedPurpose>([
	['ForeSignatures', 'signatures'],
	['ForeSeals', 'seals'],
	['ForWebSiteAuthentication', 'websites'],
]);

/** TS 119 615 §4.5: devices by the list's word, where it has none by the certificate's. */
function hasDevice(has: (...names: readonly string[]) => boolean, stated: CertificateQualification): boolean {
	const yes = has('QCWithQSCD', 'QCWithSSCD', 'QCQSCDManagedOnBehalf');
	const no = has('QCNoQSCD', 'QCNoSSCD');
	if (yes || no) return yes && !no;
	return stated.device;
}
