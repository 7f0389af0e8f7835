import { type PdfArray, type PdfDict, PdfName, PdfString } from '../pdf/objects.ts';
import { digest } from '../pki/digest.ts';
import type { SigningDigest } from '../ports/algorithms.ts';
import type { Certification, SignatureOptions } from './options.ts';
import { SigningError } from './signingError.ts';

/** Bits of `/Ff` in a seed value dictionary (ISO 32000-2, table 237): which entries must be obeyed. */
const Required = {
	filter: 1 << 0,
	subFilter: 1 << 1,
	version: 1 << 2,
	reasons: 1 << 3,
	legalAttestation: 1 << 4,
	addRevInfo: 1 << 5,
	digestMethod: 1 << 6,
} as const;

/** Bits of `/Ff` in a certificate seed value dictionary (table 238). */
const RequiredOfCertificate = { subject: 1 << 0, issuer: 1 << 1 } as const;

const ourFilter = 'Adobe.PPKLite';
const ourSubFilter = 'ETSI.CAdES.detached';
/** What we write needs a reader of seed values up to this version. */
const ourVersion = 3;
const certifications: readonly (Certification | undefined)[] = [undefined, 'no-changes', 'form-filling', 'annotations'];

/**
 * The options as the author of the field wants them (ISO 32000-2, 12.7.5.5): preferences fill in what was left open,
 * requirements are checked.
 *
 * @param certificate DER of the signer's certificate.
 * @param issuers DER of the certificates of its chain.
 * @throws {SigningError} `seed-value-violated`.
 */
export function applySeedValue(
	seed: PdfDict,
	options: SignatureOptions,
	certificate: Uint8Array,
	issuers: readonly Uint8Array[],
): SignatureOptions {
	const required = seed.integer('Ff') ?? 0;
	const isRequired = (bit: number): boolean => (required & bit) !== 0;
	if (isRequired(Required.filter) && (seed.name('Filter') ?? ourFilter) !== ourFilter) {
		throw violated(`the signature handler ${seed.name('Filter')}`);
	}
	const subFilters = names(seed.array('SubFilter'));
	if (isRequired(Required.subFilter) && subFilters.length > 0 && !subFilters.includes(ourSubFilter)) {
		throw violated(`the signature format ${subFilters.join(' or ')}`);
	}
	if (isRequired(Required.version) && (seed.number('V') ?? 0) > ourVersion) {
		throw violated('a newer kind of signature handler');
	}
	checkCertificate(seed.dict('Cert'), certificate, issuers);
	return {
		...options,
		digest: chooseDigest(seed.array('DigestMethod'), isRequired(Required.digestMethod), options.digest),
		reason: chooseReason(seed.array('Reasons'), isRequired(Required.reasons), options.reason),
		certify: chooseCertification(seed.dict('MDP'), options.certify),
	};
}

function chooseDigest(methods: PdfArray | undefined, isRequired: boolean, wanted: SigningDigest): SigningDigest {
	const allowed = texts(methods).map((method) => method.toLowerCase());
	if (allowed.length === 0 || allowed.includes(wanted)) return wanted;
	const possible = (['sha256', 'sha384', 'sha512'] as const).find((digestName) => allowed.includes(digestName));
	if (possible) return possible;
	if (isRequired) throw violated(`the digest ${allowed.join(' or ')}`);
	return wanted;
}

/** A single `.` asks for no reason at all. */
function chooseReason(
	reasons: PdfArray | undefined,
	isRequired: boolean,
	given: string | undefined,
): string | undefined {
	const allowed = texts(reasons);
	if (!isRequired) return given;
	if (allowed.length === 0 || (allowed.length === 1 && allowed[0] === '.')) {
		if (given !== undefined) throw violated('a signature without a reason');
		return undefined;
	}
	if (given !== undefined && allowed.includes(given)) return given;
	if (given === undefined && allowed.length === 1) return allowed[0];
	throw violated(`one of these reasons: ${allowed.join(', ')}`);
}

/** P = 0 asks for an approval signature, 1 to 3 for a certification. */
function chooseCertification(mdp: PdfDict | undefined, given: Certification | undefined): Certification | undefined {
	const level = mdp?.integer('P');
	if (level === undefined) return given;
	const wanted = certifications[level];
	if (given !== undefined && given !== wanted) {
		throw violated(wanted === undefined ? 'a signature that does not certify' : `a certification '${wanted}'`);
	}
	return wanted;
}

function checkCertificate(seed: PdfDict | undefined, certificate: Uint8Array, issuers: readonly Uint8Array[]): void {
	const required = seed?.integer('Ff') ?? 0;
	if ((required & RequiredOfCertificate.subject) !== 0) {
		const subjects = octets(seed?.array('Subject'));
		if (subjects.length > 0 && !isOneOf(certificate, subjects)) throw violated('another certificate');
	}
	if ((required & RequiredOfCertificate.issuer) !== 0) {
		const wanted = octets(seed?.array('Issuer'));
		if (wanted.length > 0 && ![certificate, ...issuers].some((one) => isOneOf(one, wanted))) {
			throw violated('a certificate of another issuer');
		}
	}
}

function isOneOf(certificate: Uint8Array, allowed: readonly Uint8Array[]): boolean {
	const own = digest('sha256', certificate);
	return allowed.some((one) => Buffer.compare(digest('sha256', one), own) === 0);
}

function violated(wants: string): SigningError {
	return new SigningError('seed-value-violated', `the author of the signature field wants ${wants}`);
}

const names = (array: PdfArray | undefined): readonly string[] =>
	[...(array ?? [])].flatMap((item) => (item instanceof PdfName ? [item.value] : []));

const texts = (array: PdfArray | undefined): readonly string[] =>
	[...(array ?? [])].flatMap((item) => (item instanceof PdfString ? [item.text] : []));

const octets = (array: PdfArray | undefined): readonly Uint8Array[] =>
	[...(array ?? [])].flatMap((item) => (item instanceof PdfString ? [item.bytes] : []));
