/** CRL validation (RFC 5280 §6.3.3), clause by clause; the letters are those of the algorithm. */
import type { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';
import type { DistributionPoint, DistributionPointName, RevocationReason } from './certificateExtensions.ts';
import type { Crl, CrlEntry } from './crl.ts';
import { appendRelativeName, type DistinguishedName } from './distinguishedName.ts';
import type { GeneralName } from './generalName.ts';
import {
	faultOf,
	iso,
	keyOf,
	type PartialStatus,
	type RejectedEvidence,
	type RevocationEvidence,
	type RevocationQuestion,
	timeFault,
} from './revocationEvidence.ts';

type Fault = Pick<RejectedEvidence, 'fault' | 'explanation'>;

/** Every reason a list can be limited to; a status is known when lists for all of them were seen. */
const allReasons: ReadonlySet<RevocationReason> = new Set<RevocationReason>([
	'keyCompromise',
	'cACompromise',
	'affiliationChanged',
	'superseded',
	'cessationOfOperation',
	'certificateHold',
	'privilegeWithdrawn',
	'aACompromise',
]);

/** The status by CRLs, or undefined where they do not settle it; what could not be used goes into `rejected`. */
export function judgeCrls(question: RevocationQuestion, rejected: RejectedEvidence[]): PartialStatus | undefined {
	const { certificate } = question;
	const lists = question.crls
		.filter((crl) => crl.baseNumber === undefined)
		.sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime());
	const faults = new Map<Crl, Fault>();
	const covered = new Set<RevocationReason>();
	const used = new Map<Crl, CrlEvidence>();
	let revoked: PartialStatus | undefined;
	// After the points that the certificate names, one that stands for whatever its issuer publishes.
	for (const point of [...certificate.crlDistributionPoints, impliedPoint(certificate)]) {
		for (const crl of lists) {
			const reasons = reasonsOf(point, crl);
			if ([...reasons].every((reason) => covered.has(reason))) continue;
			const finding = examine(question, point, crl);
			if ('fault' in finding) {
				if (!faults.has(crl) || finding.fault !== 'out-of-scope') faults.set(crl, finding);
				continue;
			}
			const { evidence, entry } = finding;
			if (entry !== undefined)
				revoked ??= { status: 'revoked', at: entry.revocationDate, reason: entry.reason, evidence: [evidence] };
			used.set(crl, evidence);
			for (const reason of reasons) covered.add(reason);
		}
	}
	const deltas = new Set([...used.values()].map(({ delta }) => delta));
	for (const crl of question.crls)
		if (!used.has(crl) && !deltas.has(crl)) {
			const fault = faults.get(crl) ?? (crl.baseNumber === undefined ? notNeeded : withoutBase);
			rejected.push({ source: crl, ...fault });
		}
	if (revoked !== undefined) return revoked;
	return covered.size === allReasons.size ? { status: 'good', evidence: [...used.values()] } : undefined;
}

type CrlEvidence = RevocationEvidence & { readonly kind: 'crl' };

const notNeeded: Fault = { fault: 'issued-too-early', explanation: 'a later list covers the same' };
const withoutBase: Fault = {
	fault: 'delta-without-base',
	explanation: 'it lists changes alone, and no complete list it belongs to was usable',
};

/** RFC 5280 §6.3.3, last paragraph. */
const impliedPoint = (certificate: Certificate): DistributionPoint => ({
	name: { kind: 'full', names: [{ kind: 'directory', value: certificate.issuer }] },
	reasons: undefined,
	crlIssuer: undefined,
});

/** (d) */
function reasonsOf(point: DistributionPoint, crl: Crl): ReadonlySet<RevocationReason> {
	const limits = [point.reasons, crl.issuingDistributionPoint?.onlySomeReasons];
	return new Set([...allReasons].filter((reason) => limits.every((limit) => limit?.has(reason) ?? true)));
}

function examine(
	question: RevocationQuestion,
	point: DistributionPoint,
	crl: Crl,
): { readonly evidence: CrlEvidence; readonly entry: CrlEntry | undefined } | Fault {
	const outOfScope = scopeFault(question.certificate, point, crl);
	if (outOfScope !== undefined) return outOfScope;
	const signer = findSigner(question, crl);
	if ('fault' in signer) return signer;
	const delta = findDelta(question, crl, signer.certificate);
	const { thisUpdate, nextUpdate } = delta ?? crl;
	const evidence: CrlEvidence = { kind: 'crl', crl, delta, signer: signer.certificate, thisUpdate, nextUpdate };
	let entry: CrlEntry | undefined;
	const fault =
		timeFault(question, evidence) ??
		faultOf(() => {
			entry = lookUp(question.certificate, crl, delta);
		});
	if (fault !== undefined) return fault;
	return (entry === undefined ? expiryFault(question.certificate, evidence) : undefined) ?? { evidence, entry };
}

/** (b) */
function scopeFault(certificate: Certificate, point: DistributionPoint, crl: Crl): Fault | undefined {
	const issuers = point.crlIssuer?.flatMap((name) => (name.kind === 'directory' ? [name.value] : []));
	const scope = crl.issuingDistributionPoint;
	const outside = (explanation: string): Fault => ({ fault: 'out-of-scope', explanation });
	if (!(issuers ?? [certificate.issuer]).some((issuer) => crl.issuer.matches(issuer)))
		return outside(`it is the list of ${crl.issuer.displayName}`);
	if (issuers !== undefined && !crl.issuer.matches(certificate.issuer) && scope?.indirect !== true)
		return outside(`it lists certificates of ${crl.issuer.displayName} alone`);
	if (crl.unknownCritical !== undefined)
		return {
			fault: 'critical-extension',
			explanation: `its critical extension ${crl.unknownCritical} is not understood`,
		};
	if (scope === undefined) return undefined;
	if (scope.onlyAttributeCertificates) return outside('it lists attribute certificates alone');
	if (scope.onlyUserCertificates && certificate.isCa) return outside('it lists no certificates of authorities');
	if (scope.onlyCaCertificates && !certificate.isCa) return outside('it lists certificates of authorities alone');
	if (scope.name === undefined) return undefined;
	const wanted =
		point.name === undefined ? (point.crlIssuer ?? []) : namesOf(point.name, issuers?.[0] ?? certificate.issuer);
	const offered = namesOf(scope.name, crl.issuer);
	return wanted.some((name) => offered.some((other) => isSameName(name, other)))
		? undefined
		: outside('it belongs to another distribution point');
}

const namesOf = (name: DistributionPointName, issuer: DistinguishedName): readonly GeneralName[] =>
	name.kind === 'full' ? name.names : [{ kind: 'directory', value: appendRelativeName(issuer, name.raw) }];

function isSameName(a: GeneralName, b: GeneralName): boolean {
	if (a.kind === 'directory') return b.kind === 'directory' && a.value.matches(b.value);
	if (a.kind === 'ip' || a.kind === 'other') return a.kind === b.kind && Buffer.compare(a.value, b.value) === 0;
	return a.kind === b.kind && a.value === b.value;
}

/** (f), (g) */
function findSigner(question: RevocationQuestion, crl: Crl): { readonly certificate: Certificate } | Fault {
	const { issuer, acceptCrlSigner } = question;
	const named = [issuer, ...question.certificates].filter((candidate) => candidate.subject.matches(crl.issuer));
	let fault: Fault | undefined;
	for (const certificate of named) {
		let signed = false;
		const unreadable = faultOf(() => {
			signed = crl.isSignedBy(keyOf(question, certificate));
		});
		fault ??= unreadable;
		if (!signed) continue;
		const name = certificate.subject.displayName;
		if (certificate.keyUsage !== undefined && !certificate.keyUsage.has('cRLSign'))
			fault = { fault: 'signer-not-authorised', explanation: `${name}, who signed it, is not certified to sign lists` };
		else if (certificate.equals(issuer) || acceptCrlSigner?.(certificate) === true) return { certificate };
		else
			fault = {
				fault: 'signer-not-authorised',
				explanation: `${name}, who signed it, does not lead to the anchor of the certificate`,
			};
	}
	if (fault !== undefined) return fault;
	return named.length === 0
		? { fault: 'signer-not-found', explanation: `no certificate of ${crl.issuer.displayName} is at hand` }
		: { fault: 'signature-invalid', explanation: `its signature is not that of ${crl.issuer.displayName}` };
}

/** (c): the latest delta list that continues this one. */
function findDelta(question: RevocationQuestion, crl: Crl, signer: Certificate): Crl | undefined {
	return question.crls
		.filter((delta) => {
			if (delta.baseNumber === undefined || crl.number === undefined || delta.number === undefined) return false;
			if (delta.unknownCritical !== undefined || !delta.issuer.matches(crl.issuer)) return false;
			if (!isSameScope(crl, delta)) return false;
			if (compareHex(delta.baseNumber, crl.number) > 0 || compareHex(crl.number, delta.number) > 0) return false;
			if (timeFault(question, delta) !== undefined) return false;
			let signed = false;
			faultOf(() => {
				signed = delta.isSignedBy(keyOf(question, signer));
			});
			return signed;
		})
		.sort((a, b) => b.thisUpdate.getTime() - a.thisUpdate.getTime())[0];
}

function isSameScope(crl: Crl, delta: Crl): boolean {
	const a = crl.issuingDistributionPointRaw;
	const b = delta.issuingDistributionPointRaw;
	return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}

const compareHex = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** (i)–(k) */
function lookUp(certificate: Certificate, crl: Crl, delta: Crl | undefined): CrlEntry | undefined {
	const changed = delta?.find(certificate.serialNumberBytes, certificate.issuer);
	const entry = changed ?? crl.find(certificate.serialNumberBytes, certificate.issuer);
	// §5.3: such a list MUST NOT be used.
	if (entry?.unknownCritical === true)
		throw new CertificateError('crl-malformed', 'its entry has a critical extension that is not understood');
	return entry?.reason === 'removeFromCRL' ? undefined : entry;
}

/** A list may drop expired certificates, unless it says otherwise (§5.1.2.6, X.509 §9.5.2.8). */
function expiryFault({ notAfter }: Certificate, { crl, thisUpdate }: CrlEvidence): Fault | undefined {
	if (thisUpdate <= notAfter) return undefined;
	if (crl.expiredCertificatesSince !== undefined && crl.expiredCertificatesSince <= notAfter) return undefined;
	return {
		fault: 'issued-after-expiry',
		explanation: `the certificate had expired on ${iso(notAfter)}, and the list does not say that it keeps such ones`,
	};
}
