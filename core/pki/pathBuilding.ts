import type { Certificate } from './certificate.ts';
import { CertificateError } from './certificateError.ts';
import type { CertificatePool } from './certificatePool.ts';
import type { CertificatePath } from './pathValidation.ts';

/** Certificates in a path; real ones have up to five. */
const maximumLength = 16;
/** Signatures checked and paths offered for one certificate: a stranger's bundle of look-alikes ends there. */
const maximumChecks = 500;
const maximumPaths = 100;

/**
 * Paths from a certificate to an anchor, the most promising first (RFC 4158 §3.2): anchors before others, issuers whose
 * key identifier fits, then those valid at the time. Each link is held by a signature; nothing else is checked yet.
 *
 * @param pool whatever certificates are at hand; anchors need not be in it.
 */
export function* buildPaths(
	certificate: Certificate,
	pool: CertificatePool,
	anchors: CertificatePool,
	time: Date,
): Generator<CertificatePath> {
	const search: Search = { pool, anchors, time, checks: 0 };
	let offered = 0;
	for (const path of extend(search, [certificate])) {
		yield path;
		offered++;
		if (offered === maximumPaths) return;
	}
}

interface Search {
	readonly pool: CertificatePool;
	readonly anchors: CertificatePool;
	readonly time: Date;
	checks: number;
}

function* extend(search: Search, path: readonly Certificate[]): Generator<CertificatePath> {
	const last = path.at(-1);
	if (last === undefined) return;
	if (search.anchors.has(last)) {
		yield path;
		return;
	}
	if (path.length === maximumLength) return;
	for (const issuer of candidates(search, last)) {
		if (path.some((earlier) => isSameAuthority(earlier, issuer))) continue;
		if (search.checks === maximumChecks) return;
		search.checks++;
		if (signs(issuer, last)) yield* extend(search, [...path, issuer]);
	}
}

function candidates({ pool, anchors, time }: Search, certificate: Certificate): readonly Certificate[] {
	const identifier = readOr(undefined, () => certificate.authorityKeyIdentifier?.keyIdentifier);
	const rank = (issuer: Certificate): number => {
		const own = readOr(undefined, () => issuer.subjectKeyIdentifier);
		const fits = identifier === undefined || own === undefined ? 1 : Buffer.compare(identifier, own) === 0 ? 0 : 2;
		const timely = readOr(false, () => issuer.isValidAt(time)) ? 0 : 1;
		return (anchors.has(issuer) ? 0 : 100) + fits * 10 + timely;
	};
	const found = readOr([], () => [...new Set([...anchors.issuersOf(certificate), ...pool.issuersOf(certificate)])]);
	return found
		.map((issuer) => ({ issuer, rank: rank(issuer) }))
		.sort((a, b) => a.rank - b.rank)
		.map(({ issuer }) => issuer);
}

/** A path that comes by the same name and key again only goes round (RFC 4158 §2.4.2). */
const isSameAuthority = (a: Certificate, b: Certificate): boolean =>
	a === b || (Buffer.compare(a.spki, b.spki) === 0 && Buffer.compare(a.subjectRaw, b.subjectRaw) === 0);

/** What cannot be checked here (an unknown algorithm, a DSA key without parameters) is left to validation to say. */
function signs(issuer: Certificate, certificate: Certificate): boolean {
	return readOr(true, () => certificate.isSignedBy(issuer.publicKey));
}

function readOr<Value>(otherwise: Value, read: () => Value): Value {
	try {
		return read();
	} catch (error) {
		if (error instanceof CertificateError) return otherwise;
		throw error;
	}
}
