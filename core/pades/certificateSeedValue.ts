/** Which certificates the author of a signature field takes (ISO 32000-2, table 235). */
import { type PdfArray, PdfDict, PdfName, PdfString } from '../pdf/objects.ts';
import type { Certificate } from '../pki/certificate.ts';
import { keyUsages } from '../pki/certificateExtensions.ts';
import { attributeType } from '../pki/distinguishedName.ts';
import { seedValueViolated } from './signingError.ts';

/** Bits of `/Ff`: which entries must be obeyed. The URL's is looked at for signature services alone. */
const Required = {
	subject: 1 << 0,
	issuer: 1 << 1,
	policy: 1 << 2,
	subjectName: 1 << 3,
	keyUsage: 1 << 5,
	url: 1 << 6,
} as const;

/**
 * @param issuers DER of the certificates above the signer's.
 * @throws {SigningError} `seed-value-violated`, with the place where the author says that a fitting one is to be had.
 */
export function checkCertificateSeedValue(
	seed: PdfDict | undefined,
	certificate: Certificate,
	issuers: readonly Uint8Array[],
): void {
	if (!seed) return;
	const required = seed.integer('Ff') ?? 0;
	const refuse = (wants: string): never => {
		throw seedValueViolated(wants, enrolmentHint(seed));
	};
	const isAsked = (bit: number, key: string): boolean => (required & bit) !== 0 && (seed.array(key)?.length ?? 0) > 0;

	if (isAsked(Required.subject, 'Subject') && !isOneOf(certificate.raw, octets(seed.array('Subject')))) {
		refuse('another certificate');
	}
	if (isAsked(Required.issuer, 'Issuer')) {
		const wanted = octets(seed.array('Issuer'));
		if (![certificate.raw, ...issuers].some((one) => isOneOf(one, wanted))) refuse('a certificate of another issuer');
	}
	if (isAsked(Required.policy, 'OID')) {
		const wanted = octets(seed.array('OID')).map((oid) => Buffer.from(oid).toString('latin1'));
		const own = certificate.certificatePolicies ?? [];
		if (!own.some(({ oid }) => wanted.includes(oid))) refuse(`a certificate of policy ${wanted.join(' or ')}`);
	}
	if (isAsked(Required.subjectName, 'SubjectDN')) {
		const wanted = [...(seed.array('SubjectDN') ?? [])].flatMap((item) => (item instanceof PdfDict ? [item] : []));
		if (!wanted.some((name) => bearsName(certificate, name))) {
			refuse(`a certificate of ${wanted.map(nameText).join(' or ')}`);
		}
	}
	if (isAsked(Required.keyUsage, 'KeyUsage')) {
		const wanted = octets(seed.array('KeyUsage')).map((pattern) => Buffer.from(pattern).toString('latin1'));
		if (!wanted.some((pattern) => hasUsage(certificate, pattern))) {
			refuse(`a certificate with the key usage ${wanted.join(' or ')}`);
		}
	}
	if ((required & Required.url) !== 0 && seed.name('URLType') === 'ASSP') {
		refuse(`a signature by the service at ${seed.text('URL') ?? 'an address left out'}`);
	}
}

/** All of one dictionary's attributes, named by short name or dotted decimal. */
function bearsName({ subject }: Certificate, wanted: PdfDict): boolean {
	const own = subject.relativeNames.flat();
	return [...wanted.keys()].every((key) => {
		const type = attributeType(key);
		return own.some((attribute) => attribute.type === type && attribute.value === wanted.text(key));
	});
}

const nameText = (name: PdfDict): string => [...name.keys()].map((key) => `${key}=${name.text(key)}`).join(', ');

/** `1` a usage that must be there, `0` one that must not, `X` and what is left out either. */
function hasUsage({ keyUsage }: Certificate, pattern: string): boolean {
	// A `/KeyUsage` string has a character for each bit, in their order.
	return keyUsages.every((usage, index) => {
		const wanted = pattern[index];
		const has = keyUsage?.has(usage) ?? false;
		return wanted === '1' ? has : wanted === '0' ? !has : true;
	});
}

function enrolmentHint(seed: PdfDict): string | undefined {
	const url = seed.text('URL');
	const isForBrowsers = (seed.name('URLType') ?? 'Browser') === 'Browser';
	return url !== undefined && isForBrowsers
		? `The author says that ${url} tells where to get a fitting one.`
		: undefined;
}

const isOneOf = (certificate: Uint8Array, allowed: readonly Uint8Array[]): boolean =>
	allowed.some((one) => Buffer.compare(one, certificate) === 0);

/** Strings, and names where a writer mistook them. */
const octets = (array: PdfArray | undefined): readonly Uint8Array[] =>
	[...(array ?? [])].flatMap((item) => {
		if (item instanceof PdfString) return [item.bytes];
		return item instanceof PdfName ? [Buffer.from(item.value, 'latin1')] : [];
	});
