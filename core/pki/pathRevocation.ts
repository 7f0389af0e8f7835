import type { Certificate } from './certificate.ts';
import { CertificatePool } from './certificatePool.ts';
import { extensionOids, keyPurposes } from './objectIdentifiers.ts';
import { buildPaths } from './pathBuilding.ts';
import { type PathFault, withFaults } from './pathFault.ts';
import { type CertificatePath, type PathInputs, validatePath } from './pathValidation.ts';
import type { PublicKey } from './publicKey.ts';
import { judgeRevocation } from './revocation.ts';
import type { RejectedEvidence, RevocationQuestion, RevocationStatus } from './revocationEvidence.ts';
import type { ValidationData } from './validationData.ts';

/** A CRL's signer may need a CRL whose signer needs one: no deeper than this. */
const maximumDepth = 4;

export interface CertificateRevocation {
	readonly certificate: Certificate;
	readonly issuer: Certificate;
	readonly status: RevocationStatus;
}

export interface RevocationInputs extends Pick<RevocationQuestion, 'issuedAfter' | 'stale'> {
	readonly data: ValidationData;
	readonly time: Date;
}

export interface CheckedPath {
	readonly path: CertificatePath;
	/** Empty: the path holds and none of its certificates is revoked. */
	readonly faults: readonly PathFault[];
	readonly policies: ReadonlySet<string>;
	readonly revocations: readonly CertificateRevocation[];
	/** Of responders and CRL signers that the above rests on. */
	readonly signers: readonly CertificateRevocation[];
}

/** Validates a path with the revocation of each certificate in it; an unknown status is a fault. */
export function checkPath(path: CertificatePath, inputs: PathInputs & RevocationInputs): CheckedPath {
	const { faults, policies } = validatePath(path, inputs);
	const links = checkLinks(path, inputs, 0);
	return { ...links, path, faults: [...faults, ...links.faults], policies };
}

/** The status of each certificate but the anchor, from the certificate in question upwards. */
function checkLinks(
	path: CertificatePath,
	inputs: RevocationInputs,
	depth: number,
): Pick<CheckedPath, 'faults' | 'revocations' | 'signers'> {
	const faults: PathFault[] = [];
	const revocations: CertificateRevocation[] = [];
	const signers: CertificateRevocation[] = [];
	const issuers = issuersIn(path);
	path.slice(0, -1).forEach((certificate, i) => {
		const issuer = issuers[i];
		if (issuer === undefined) return;
		withFaults(certificate, faults, () => {
			const status = statusOf(certificate, issuer, path, inputs, depth, signers);
			revocations.push({ certificate, issuer: issuer.certificate, status });
			const fault = revocationFault(certificate, status);
			if (fault !== undefined) faults.push(fault);
		});
	});
	return { faults, revocations, signers };
}

interface Issuer {
	readonly certificate: Certificate;
	/** Whole, where the certificate leaves out what it inherits. */
	readonly key: PublicKey;
}

/** The issuer of each certificate of the path. */
function issuersIn(path: CertificatePath): readonly Issuer[] {
	const issuers: Issuer[] = [];
	for (const certificate of path.slice(1).reverse()) {
		const above = issuers.at(-1)?.key;
		const key = above === undefined ? certificate.publicKey : certificate.publicKey.withParametersOf(above);
		issuers.push({ certificate, key });
	}
	return issuers.reverse();
}

function statusOf(
	certificate: Certificate,
	issuer: Issuer,
	path: CertificatePath,
	inputs: RevocationInputs,
	depth: number,
	signers: CertificateRevocation[],
): RevocationStatus {
	const anchor = path.at(-1) ?? issuer.certificate;
	return judgeRevocation({
		certificate,
		issuer: issuer.certificate,
		issuerKey: issuer.key,
		...inputs.data,
		certificates: [...path, ...inputs.data.certificates],
		time: inputs.time,
		issuedAfter: inputs.issuedAfter,
		stale: inputs.stale ?? 'refused',
		acceptCrlSigner: (signer) => isCertifiedBelow(signer, certificate, anchor, inputs, depth, signers),
		acceptResponder: (responder) => {
			if (depth === maximumDepth) return false;
			const status = statusOf(responder, issuer, path, inputs, depth + 1, signers);
			signers.push({ certificate: responder, issuer: issuer.certificate, status });
			return status.status === 'good';
		},
	});
}

/** Whether a CRL's signer has a valid, unrevoked path to the anchor that does not lead over what it is to vouch for. */
function isCertifiedBelow(
	signer: Certificate,
	subject: Certificate,
	anchor: Certificate,
	inputs: RevocationInputs,
	depth: number,
	signers: CertificateRevocation[],
): boolean {
	// Its authority named it as the one who lists it: the path is the one being checked (PKITS 4.14.30).
	if (signer.equals(subject)) return namesItselfAsCrlIssuer(subject);
	if (depth === maximumDepth) return false;
	const pool = new CertificatePool(inputs.data.certificates);
	for (const path of buildPaths(signer, pool, new CertificatePool([anchor]), inputs.time)) {
		if (path.some((certificate) => certificate.equals(subject))) continue;
		if (validatePath(path, { time: inputs.time }).faults.length > 0) continue;
		const links = checkLinks(path, inputs, depth + 1);
		signers.push(...links.revocations, ...links.signers);
		if (links.faults.length === 0) return true;
	}
	return false;
}

const namesItselfAsCrlIssuer = (certificate: Certificate): boolean =>
	certificate.crlDistributionPoints.some((point) =>
		point.crlIssuer?.some((name) => name.kind === 'directory' && name.value.matches(certificate.subject)),
	);

/**
 * Whether its issuer says that there is nothing to ask: it lives shorter than a revocation would take (EN 319 412-1 §5.2),
 * nothing is published (RFC 9608), or it is an OCSP responder's that is vouched for as it is (RFC 6960 §4.2.2.2.1).
 */
export const needsNoRevocation = (certificate: Certificate): boolean =>
	certificate.extensions.has(extensionOids.validityAssuredShortTerm) ||
	certificate.extensions.has(extensionOids.noRevocationAvailable) ||
	(certificate.hasOcspNoCheck && (certificate.extendedKeyUsage?.has(keyPurposes.ocspSigning) ?? false));

function revocationFault(certificate: Certificate, status: RevocationStatus): PathFault | undefined {
	const name = certificate.subject.displayName;
	switch (status.status) {
		case 'good':
			return undefined;
		case 'revoked': {
			const explanation = `${name}: it was revoked on ${status.at.toISOString()} (${status.reason})`;
			return { code: 'revoked', certificate, explanation };
		}
		case 'unknown': {
			if (needsNoRevocation(certificate)) return undefined;
			const reasons = explainUnknown(status.rejected);
			const explanation = `${name}: whether it was revoked is not known${reasons && `: ${reasons}`}`;
			return { code: 'revocation-unknown', certificate, explanation };
		}
	}
}

/** Why nothing at hand told the status; what is about others is not worth a word. */
export const explainUnknown = (rejected: readonly RejectedEvidence[]): string =>
	rejected
		.filter(({ fault }) => fault !== 'out-of-scope')
		.map(({ explanation }) => explanation)
		.join('; ');
