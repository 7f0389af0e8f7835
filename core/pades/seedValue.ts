import { type PdfArray, type PdfDict, PdfName, PdfString } from '../pdf/objects.ts';
import type { Certificate } from '../pki/certificate.ts';
import type { DocumentDigest, SigningDigest } from '../ports/algorithms.ts';
import { checkCertificateSeedValue } from './certificateSeedValue.ts';
import { type Level, reaches } from './level.ts';
import type { Certification, FieldLock, SignatureOptions } from './options.ts';
import { seedValueViolated } from './signingError.ts';

/** Bits of `/Ff` in a seed value dictionary (ISO 32000-2, table 234): which entries must be obeyed. */
const Required = {
	filter: 1 << 0,
	subFilter: 1 << 1,
	version: 1 << 2,
	reasons: 1 << 3,
	legalAttestation: 1 << 4,
	addRevInfo: 1 << 5,
	digestMethod: 1 << 6,
	appearanceFilter: 1 << 8,
} as const;

const ourFilter = 'Adobe.PPKLite';
const ourSubFilter = 'ETSI.CAdES.detached';
/** What we write needs a reader of seed values up to this version. */
const ourVersion = 3;
const certifications: readonly (Certification | undefined)[] = [undefined, 'no-changes', 'form-filling', 'annotations'];

/** `LockDocument`: the signature is the last one. */
const lockedDocument: FieldLock = { action: 'all', permission: 1 };

/** What else than the options decides whether the author's wishes are met. */
export interface SeedValueFacts {
	readonly certificate: Certificate;
	/** DER of the certificates of its chain. */
	readonly issuers: readonly Uint8Array[];
	/** What the signature is to become. */
	readonly level: Level;
	/** Addresses of the timestamp authorities, in the order they are tried. */
	readonly timestampAddresses: readonly string[];
}

/**
 * The options as the author of the field wants them (ISO 32000-2, 12.7.5.5): preferences fill in what was left open,
 * requirements are checked.
 *
 * @throws {SigningError} `seed-value-violated`.
 */
export function applySeedValue(seed: PdfDict, options: SignatureOptions, facts: SeedValueFacts): SignatureOptions {
	const required = seed.integer('Ff') ?? 0;
	const isRequired = (bit: number): boolean => (required & bit) !== 0;
	if (isRequired(Required.filter) && (seed.name('Filter') ?? ourFilter) !== ourFilter) {
		throw seedValueViolated(`the signature handler ${seed.name('Filter')}`);
	}
	const subFilters = names(seed.array('SubFilter'));
	if (isRequired(Required.subFilter) && subFilters.length > 0 && !subFilters.includes(ourSubFilter)) {
		throw seedValueViolated(`the signature format ${subFilters.join(' or ')}`);
	}
	if (isRequired(Required.version) && (seed.number('V') ?? 0) > ourVersion) {
		throw seedValueViolated('a newer kind of signature handler');
	}
	if (isRequired(Required.legalAttestation) && texts(seed.array('LegalAttestation')).length > 0) {
		throw seedValueViolated('a legal attestation, which is not supported');
	}
	if (isRequired(Required.appearanceFilter) && seed.text('AppearanceFilter') !== undefined) {
		throw seedValueViolated(`the appearance '${seed.text('AppearanceFilter')}'`);
	}
	if (isRequired(Required.addRevInfo) && seed.boolean('AddRevInfo') === true && !reaches(facts.level, 'b-lt')) {
		throw seedValueViolated('revocation data to be added', 'Sign at level b-lt or b-lta.');
	}
	checkTimestamp(seed.dict('TimeStamp'), facts);
	checkCertificateSeedValue(seed.dict('Cert'), facts.certificate, facts.issuers);
	return {
		...options,
		digest: chooseDigest(seed.array('DigestMethod'), options.digest),
		reason: chooseReason(seed.array('Reasons'), isRequired(Required.reasons), options.reason),
		certify: chooseCertification(seed.dict('MDP'), options.certify),
		lock: seed.name('LockDocument') === 'true' ? lockedDocument : options.lock,
	};
}

/**
 * Refuses the digest that came out in the end, where key or certificate brings its own and the author demands another.
 *
 * @throws {SigningError} `seed-value-violated`.
 */
export function checkSeedDigest(seed: PdfDict, digest: DocumentDigest): void {
	const allowed = digestMethods(seed.array('DigestMethod'));
	const isRequired = ((seed.integer('Ff') ?? 0) & Required.digestMethod) !== 0;
	if (isRequired && allowed.length > 0 && !allowed.includes(digest)) {
		throw seedValueViolated(`the digest ${allowed.join(' or ')}`);
	}
}

function chooseDigest(methods: PdfArray | undefined, wanted: SigningDigest): SigningDigest {
	const allowed = digestMethods(methods);
	if (allowed.length === 0 || allowed.includes(wanted)) return wanted;
	return (['sha256', 'sha384', 'sha512'] as const).find((digest) => allowed.includes(digest)) ?? wanted;
}

/** Without reasons, or with a single `.`, none may be given where the entry is required. */
function chooseReason(
	reasons: PdfArray | undefined,
	isRequired: boolean,
	given: string | undefined,
): string | undefined {
	const allowed = texts(reasons);
	if (!isRequired) return given;
	if (allowed.length === 0 || (allowed.length === 1 && allowed[0] === '.')) {
		if (given !== undefined) throw seedValueViolated('a signature without a reason', 'Leave the reason out.');
		return undefined;
	}
	if (given !== undefined && allowed.includes(given)) return given;
	if (given === undefined && allowed.length === 1) return allowed[0];
	throw seedValueViolated(`one of these reasons: ${allowed.join(', ')}`, 'Give one of them with --reason.');
}

/** P = 0 asks for an approval signature, 1 to 3 for a certification. */
function chooseCertification(mdp: PdfDict | undefined, given: Certification | undefined): Certification | undefined {
	const level = mdp?.integer('P');
	if (level === undefined) return given;
	const wanted = certifications[level];
	if (given !== undefined && given !== wanted) {
		throw seedValueViolated(wanted === undefined ? 'a signature that does not certify' : `a certification '${wanted}'`);
	}
	return wanted;
}

/**
 * `Ff` 1 demands a timestamp of the server at `URL`. Its address was written by a stranger, so it is not asked unless the
 * person who signs named it too.
 */
function checkTimestamp(seed: PdfDict | undefined, { level, timestampAddresses }: SeedValueFacts): void {
	if (seed?.integer('Ff') !== 1) return;
	const url = seed.text('URL');
	const where = url === undefined ? '' : ` from ${url}`;
	if (!reaches(level, 'b-t')) {
		throw seedValueViolated(`a timestamp${where}`, 'Sign at level b-t, b-lt or b-lta.');
	}
	if (url !== undefined && timestampAddresses[0] !== url) {
		throw seedValueViolated(`a timestamp${where}`, 'Where you trust this address, name it as the first --tsa.');
	}
}

/** Lower case, as we name them: `SHA256` is the standard's spelling, `SHA-256` many a writer's. */
const digestMethods = (methods: PdfArray | undefined): readonly string[] =>
	texts(methods).map((method) => method.toLowerCase().replace('-', ''));

const names = (array: PdfArray | undefined): readonly string[] =>
	[...(array ?? [])].flatMap((item) => (item instanceof PdfName ? [item.value] : []));

/** Strings, and names where a writer mistook them. */
const texts = (array: PdfArray | undefined): readonly string[] =>
	[...(array ?? [])].flatMap((item) => {
		if (item instanceof PdfString) return [item.text];
		return item instanceof PdfName ? [item.value] : [];
	});
