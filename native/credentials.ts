/** Certificates of a token and the keys they belong to: which of them can sign, and why the others cannot. */
import { Certificate } from '../core/pki/certificate.ts';
import type { PublicKey } from '../core/pki/publicKey.ts';
import { KeyType } from './cryptoki.ts';
import type { CertificateObject, KeyObject, TokenObjects } from './modules/protocol.ts';
import type { Pkcs11Uri } from './pkcs11Uri.ts';

/** Why a certificate cannot be signed with. */
export type CredentialProblem =
	| 'no-private-key'
	| 'key-may-not-sign'
	| 'key-usage'
	| 'not-yet-valid'
	| 'expired'
	| 'key-weak'
	| 'key-unsupported'
	| 'key-not-remote';

export interface Credential {
	readonly certificate: Certificate;
	/** CKA_LABEL and CKA_ID (hex) of the certificate. */
	readonly label: string;
	readonly id: string;
	/** `hidden`: the token shows private keys after the PIN alone, and may have this one. */
	readonly key: KeyObject | 'hidden' | undefined;
	/** Public key object to the same key; a token that has one has the private key too. */
	readonly publicKey: KeyObject | undefined;
	/** Empty: it can sign. */
	readonly problems: readonly CredentialProblem[];
}

export interface CredentialRules {
	readonly now: Date;
	/** Bits; RSA keys below are refused. ETSI TS 119 312 has had 2048 as the least since 2023 but for old cards. */
	readonly minimumRsaBits: number;
}

export const defaultMinimumRsaBits = 2048;

/**
 * Pairs the certificates of a token with its keys, by CKA_ID and else by the public key, and judges each.
 *
 * @param complete whether private keys are all to be seen: logged in, or no login is wanted.
 */
export function credentialsOf(objects: TokenObjects, complete: boolean, rules: CredentialRules): Credential[] {
	const inOrder = [...objects.certificates].sort((a, b) => compare(a.id, b.id) || compare(a.label, b.label));
	return inOrder.flatMap((object) => {
		const certificate = readable(object);
		if (certificate === undefined) return [];
		const publicKey = matchingKey(objects.publicKeys, object, certificate.publicKey);
		const found =
			matchingKey(objects.privateKeys, object, certificate.publicKey) ??
			besides(objects.privateKeys, publicKey, object, certificate.publicKey);
		const key = found ?? (complete ? undefined : 'hidden');
		return {
			certificate,
			label: object.label,
			id: object.id,
			key,
			publicKey,
			problems: [...problemsOf(certificate, key, rules)],
		};
	});
}

/** Keys whose certificate is not on the token, as far as they are to be seen: nothing can be signed with them yet. */
export function bareKeys(objects: TokenObjects, credentials: readonly Credential[]): readonly KeyObject[] {
	const claimed = new Set<unknown>(credentials.flatMap(({ key, publicKey }) => [key, publicKey]));
	const ids = new Set(credentials.flatMap(({ id, publicKey }) => [id, publicKey?.id]).filter((id) => id !== ''));
	return [...objects.privateKeys, ...objects.publicKeys]
		.filter((key) => !claimed.has(key) && !ids.has(key.id))
		.filter((key, index, all) => all.findIndex(({ id, label }) => id === key.id && label === key.label) === index);
}

/** Drivers list objects in any order, and not always in the same. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What on the token is no certificate Paraph can read is no use to anyone here. */
function readable({ value }: CertificateObject): Certificate | undefined {
	try {
		const certificate = Certificate.parse(value);
		// Asked for now, since the fields are read, and found damaged, only when they are asked for.
		void [certificate.publicKey.bits, certificate.notAfter, certificate.keyUsage, certificate.isCa];
		return certificate;
	} catch {
		return undefined;
	}
}

/** A key with the same CKA_ID may still be another's where its public half says so; then the public halves decide. */
function matchingKey(
	keys: readonly KeyObject[],
	{ id }: CertificateObject,
	certified: PublicKey,
): KeyObject | undefined {
	const value = publicValueOf(certified);
	const fits = (key: KeyObject): boolean =>
		key.keyType === keyTypeOf(certified) && (key.publicValue === '' || value === '' || key.publicValue.endsWith(value));
	return (
		keys.find((key) => id !== '' && key.id === id && fits(key)) ??
		keys.find((key) => value !== '' && key.publicValue.endsWith(value))
	);
}

/**
 * A private key that does not show its public half, as those of elliptic curves, and has another CKA_ID than the
 * certificate: the one beside the public key that fits; else of its label; else the only one of its kind. Whether it is
 * the right one the signature shows, which is verified before anything is made of it.
 */
function besides(
	keys: readonly KeyObject[],
	publicKey: KeyObject | undefined,
	{ label }: CertificateObject,
	certified: PublicKey,
): KeyObject | undefined {
	const possible = keys.filter((key) => key.publicValue === '' && key.keyType === keyTypeOf(certified));
	const only = (found: readonly KeyObject[]): KeyObject | undefined => (found.length === 1 ? found[0] : undefined);
	return (
		possible.find(({ id }) => id !== '' && id === publicKey?.id) ??
		only(possible.filter((key) => label !== '' && key.label === label)) ??
		only(possible)
	);
}

function* problemsOf(
	certificate: Certificate,
	key: Credential['key'],
	rules: CredentialRules,
): Generator<CredentialProblem> {
	if (key === undefined) yield 'no-private-key';
	else if (key !== 'hidden' && !key.maySign) yield 'key-may-not-sign';
	yield* certificateProblems(certificate, rules);
}

/** Why a certificate does not suit, wherever its key is. */
export function* certificateProblems(
	certificate: Certificate,
	{ now, minimumRsaBits }: CredentialRules,
): Generator<CredentialProblem> {
	const { publicKey, keyUsage } = certificate;
	if (keyUsage !== undefined && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation')) yield 'key-usage';
	if (now < certificate.notBefore) yield 'not-yet-valid';
	if (now > certificate.notAfter) yield 'expired';
	if (keyTypeOf(publicKey) === undefined || publicKey.bits === 0) yield 'key-unsupported';
	else if (keyTypeOf(publicKey) === KeyType.rsa && publicKey.bits < minimumRsaBits) yield 'key-weak';
}

/**
 * Why a certificate does not suit whose key is at a remote signing service. The API has the service sign raw digests (v2 §11.10,
 * v1.0.4 §11.9), while EdDSA in CMS signs the message itself (RFC 8419 §1).
 */
export function* remoteCertificateProblems(
	certificate: Certificate,
	rules: CredentialRules,
): Generator<CredentialProblem> {
	if (keyTypeOf(certificate.publicKey) === KeyType.edwards) yield 'key-not-remote';
	yield* certificateProblems(certificate, rules);
}

/** CKK_… */
function keyTypeOf({ kind }: PublicKey): number | undefined {
	switch (kind) {
		case 'rsa':
		case 'rsa-pss':
			return KeyType.rsa;
		case 'ec':
			return KeyType.ec;
		case 'ed25519':
		case 'ed448':
			return KeyType.edwards;
		default:
			return undefined;
	}
}

/** The octets that {@link KeyObject.publicValue} ends with. */
function publicValueOf(key: PublicKey): string {
	switch (key.kind) {
		case 'rsa':
		case 'rsa-pss': {
			const hex = key.rsa.modulus.toString(16);
			return hex.length % 2 === 0 ? hex : `0${hex}`;
		}
		case 'ec':
		case 'ed25519':
		case 'ed448':
			return Buffer.from(key.bytes).toString('hex');
		default:
			return '';
	}
}

/** Whether the URI's `object`, `id` and `type` mean this certificate or its key. */
export function credentialMatches(uri: Pkcs11Uri, { label, id, key, publicKey }: Credential): boolean {
	const certificate = { label, id };
	const privateKey = key === 'hidden' ? undefined : key;
	const candidates =
		uri.type === 'cert'
			? [certificate]
			: uri.type === 'private'
				? // Before the PIN, a hidden key is known by what lies beside it.
					[privateKey ?? publicKey ?? certificate]
				: uri.type === 'public'
					? [publicKey]
					: uri.type === undefined
						? [certificate, privateKey, publicKey]
						: [];
	return candidates.some(
		(object) =>
			object !== undefined &&
			(uri.object === undefined || uri.object === object.label) &&
			(uri.id === undefined || uri.id === object.id),
	);
}

/** Whether its key is known to be on the token: before the PIN, a hidden one by its public half. */
export const holdsKey = ({ key, publicKey }: Credential): boolean =>
	key === 'hidden' ? publicKey !== undefined : key !== undefined;

/** A certificate with the contentCommitment bit is the one meant for signatures (RFC 5280 §4.2.1.3). */
export const isForSignatures = ({ certificate }: Pick<Credential, 'certificate'>): boolean =>
	certificate.keyUsage?.has('nonRepudiation') ?? false;

/** The reason in words, for a list. */
export function problemText(problem: CredentialProblem, { certificate }: Pick<Credential, 'certificate'>): string {
	switch (problem) {
		case 'no-private-key':
			return 'its private key is not on this token';
		case 'key-may-not-sign':
			return 'the token does not let its key sign';
		case 'key-usage':
			return 'its key usage does not include signatures';
		case 'not-yet-valid':
			return `it is valid only from ${day(certificate.notBefore)}`;
		case 'expired':
			return `it expired on ${day(certificate.notAfter)}`;
		case 'key-weak':
			return `its RSA key has only ${certificate.publicKey.bits} bits`;
		case 'key-unsupported':
			return 'its key is of a kind that Paraph does not sign with';
		case 'key-not-remote':
			return 'its key is an Ed25519 or Ed448 key, which signs whole messages, and signing services are sent hashes alone';
	}
}

const day = (date: Date): string => date.toISOString().slice(0, 10);
