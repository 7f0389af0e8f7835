/** A program: initialises a SoftHSM token and writes into it what it reads, as JSON, from standard input. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { text } from 'node:stream/consumers';
import pkcs11js from 'pkcs11js';
import { readDer, Tag } from '../../../core/pki/der.ts';
import { octetString } from '../../../core/pki/derWriter.ts';

export interface TokenContents {
	readonly modulePath: string;
	readonly label: string;
	readonly pin: string;
	readonly securityOfficerPin: string;
	readonly entries: readonly {
		readonly label: string;
		/** Hexadecimal CKA_ID. */
		readonly id: string;
		/** Base64 of DER. */
		readonly certificate: string;
		/** Base64 of PKCS#8. */
		readonly privateKey: string;
		readonly without?: 'certificate' | 'private-key' | 'public-key' | undefined;
		readonly alwaysAuthenticate: boolean;
		/** Hexadecimal, where it is not the key's. */
		readonly certificateId?: string | undefined;
		readonly allowedMechanisms?: readonly number[] | undefined;
	}[];
	/** Base64 of DER, of certificates without keys. */
	readonly authorities: readonly string[];
}

type Template = pkcs11js.Template;
const { CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_LABEL, CKA_ID, CKA_KEY_TYPE, CKA_SIGN, CKA_VERIFY } = pkcs11js;
/** PKCS#11 3.0; pkcs11js has no name for it. */
const CKK_EC_EDWARDS = 0x40;

const contents: TokenContents = JSON.parse(await text(process.stdin));
const module = new pkcs11js.PKCS11();
module.load(contents.modulePath);
module.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
try {
	const session = initialise();
	for (const entry of contents.entries) writeEntry(session, entry);
	contents.authorities.forEach((certificate, index) => {
		write(session, certificateTemplate(Buffer.from(certificate, 'base64'), `CA ${index + 1}`, Buffer.of(0xca, index)));
	});
	module.C_Logout(session);
} finally {
	module.C_Finalize();
}

/** @returns a session on the new token, logged in as its user. */
function initialise(): Buffer {
	// SoftHSM always has one slot more than tokens: the last is the free one.
	const free = module.C_GetSlotList(true).at(-1);
	if (free === undefined) throw new Error('SoftHSM offers no free slot');
	// 32 characters, filled with blanks (PKCS#11 v2.40 §5.5): what compares labels counts on it.
	module.C_InitToken(free, contents.securityOfficerPin, contents.label.padEnd(32));
	const session = module.C_OpenSession(free, pkcs11js.CKF_SERIAL_SESSION | pkcs11js.CKF_RW_SESSION);
	module.C_Login(session, pkcs11js.CKU_SO, contents.securityOfficerPin);
	module.C_InitPIN(session, contents.pin);
	module.C_Logout(session);
	module.C_Login(session, pkcs11js.CKU_USER, contents.pin);
	return session;
}

function writeEntry(session: Buffer, entry: TokenContents['entries'][number]): void {
	const id = Buffer.from(entry.id, 'hex');
	const certificate = Buffer.from(entry.certificate, 'base64');
	const key = createPrivateKey({ key: Buffer.from(entry.privateKey, 'base64'), format: 'der', type: 'pkcs8' });
	const { shared, secret, open } = keyAttributes(key);
	const common = [
		{ type: CKA_TOKEN, value: true },
		{ type: CKA_LABEL, value: entry.label },
		{ type: CKA_ID, value: id },
	];
	if (entry.without !== 'private-key')
		write(session, [
			{ type: CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
			...common,
			{ type: CKA_PRIVATE, value: true },
			{ type: pkcs11js.CKA_SENSITIVE, value: true },
			{ type: pkcs11js.CKA_EXTRACTABLE, value: false },
			{ type: CKA_SIGN, value: true },
			...(entry.alwaysAuthenticate ? [{ type: pkcs11js.CKA_ALWAYS_AUTHENTICATE, value: true }] : []),
			...(entry.allowedMechanisms ? [allowedMechanisms(entry.allowedMechanisms)] : []),
			...shared,
			...secret,
		]);
	if (entry.without !== 'public-key')
		write(session, [
			{ type: CKA_CLASS, value: pkcs11js.CKO_PUBLIC_KEY },
			...common,
			{ type: CKA_PRIVATE, value: false },
			{ type: CKA_VERIFY, value: true },
			...shared,
			...open,
		]);
	const certificateId = entry.certificateId === undefined ? id : Buffer.from(entry.certificateId, 'hex');
	if (entry.without !== 'certificate') write(session, certificateTemplate(certificate, entry.label, certificateId));
}

/** An array of CK_ULONG in the machine's order. */
function allowedMechanisms(mechanisms: readonly number[]): Template[number] {
	const value = Buffer.alloc(8 * mechanisms.length);
	for (const [index, mechanism] of mechanisms.entries()) value.writeBigUInt64LE(BigInt(mechanism), 8 * index);
	return { type: pkcs11js.CKA_ALLOWED_MECHANISMS, value };
}

function write(session: Buffer, template: Template): void {
	module.C_CreateObject(session, template);
}

function certificateTemplate(certificate: Buffer, label: string, id: Buffer): Template {
	const tbs = readDer(certificate).read().next().read();
	tbs.optional(0xa0);
	const serial = tbs.next(Tag.integer);
	tbs.next();
	const issuer = tbs.next();
	tbs.next();
	const subject = tbs.next();
	return [
		{ type: CKA_CLASS, value: pkcs11js.CKO_CERTIFICATE },
		{ type: pkcs11js.CKA_CERTIFICATE_TYPE, value: pkcs11js.CKC_X_509 },
		{ type: CKA_TOKEN, value: true },
		{ type: CKA_PRIVATE, value: false },
		{ type: CKA_LABEL, value: label },
		{ type: CKA_ID, value: id },
		{ type: pkcs11js.CKA_SUBJECT, value: Buffer.from(subject.raw) },
		{ type: pkcs11js.CKA_ISSUER, value: Buffer.from(issuer.raw) },
		{ type: pkcs11js.CKA_SERIAL_NUMBER, value: Buffer.from(serial.raw) },
		{ type: pkcs11js.CKA_VALUE, value: certificate },
	];
}

/** What both halves carry, what the private one adds, and what the public one adds. */
function keyAttributes(key: KeyObject): { shared: Template; secret: Template; open: Template } {
	switch (key.asymmetricKeyType) {
		case 'rsa':
		case 'rsa-pss':
			return rsaAttributes(key);
		case 'ec':
			return curveAttributes(key, pkcs11js.CKK_EC);
		case 'ed25519':
		case 'ed448':
			return curveAttributes(key, CKK_EC_EDWARDS);
		default:
			throw new TypeError(`a soft token cannot hold a key of type ${key.asymmetricKeyType}`);
	}
}

function rsaAttributes(key: KeyObject): ReturnType<typeof keyAttributes> {
	const info = readDer(key.export({ type: 'pkcs8', format: 'der' })).read();
	info.next();
	info.next();
	const parts = [...readDer(info.next().octets()).read().rest()].map((element) => unsigned(element.integerBytes()));
	const [, modulus, publicExponent, exponent, prime1, prime2, exponent1, exponent2, coefficient] = parts;
	const attributes = (pairs: readonly (readonly [number, Buffer | undefined])[]): Template =>
		pairs.map(([type, value]) => ({ type, value: value ?? Buffer.alloc(0) }));
	return {
		shared: [
			{ type: CKA_KEY_TYPE, value: pkcs11js.CKK_RSA },
			...attributes([
				[pkcs11js.CKA_MODULUS, modulus],
				[pkcs11js.CKA_PUBLIC_EXPONENT, publicExponent],
			]),
		],
		secret: attributes([
			[pkcs11js.CKA_PRIVATE_EXPONENT, exponent],
			[pkcs11js.CKA_PRIME_1, prime1],
			[pkcs11js.CKA_PRIME_2, prime2],
			[pkcs11js.CKA_EXPONENT_1, exponent1],
			[pkcs11js.CKA_EXPONENT_2, exponent2],
			[pkcs11js.CKA_COEFFICIENT, coefficient],
		]),
		open: [],
	};
}

/** Curve as in the key's AlgorithmIdentifier; the point is the public key's bits in an OCTET STRING. */
function curveAttributes(key: KeyObject, keyType: number): ReturnType<typeof keyAttributes> {
	const spki = readDer(createPublicKey(key).export({ type: 'spki', format: 'der' })).read();
	const algorithm = [...spki.next().read().rest()];
	const parameters = algorithm.at(-1)?.raw ?? new Uint8Array();
	const point = spki.next().content.subarray(1);
	const info = readDer(key.export({ type: 'pkcs8', format: 'der' })).read();
	info.next();
	info.next();
	const inner = readDer(info.next().octets());
	// ECPrivateKey (RFC 5915 §3) has the value second, CurvePrivateKey (RFC 8410 §7) is the value.
	const value = inner.tag === Tag.sequence ? [...inner.read().rest()][1]?.octets() : inner.octets();
	return {
		shared: [
			{ type: CKA_KEY_TYPE, value: keyType },
			{ type: pkcs11js.CKA_EC_PARAMS, value: Buffer.from(parameters) },
		],
		secret: [{ type: pkcs11js.CKA_VALUE, value: Buffer.from(value ?? []) }],
		open: [{ type: pkcs11js.CKA_EC_POINT, value: Buffer.from(octetString(point)) }],
	};
}

/** PKCS#11 wants big integers without a sign octet. */
function unsigned(content: Uint8Array): Buffer {
	return Buffer.from(content[0] === 0 ? content.subarray(1) : content);
}
