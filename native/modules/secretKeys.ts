/** AES keys in a token: found, made, and used where they are. They are sensitive and never leave it. */
import pkcs11js from 'pkcs11js';

interface SecretKeyName {
	/** CKA_LABEL. */
	readonly label: string;
	/** CKA_ID as hex. */
	readonly id: string | undefined;
}

const TAG_BITS = 128;
const KEY_LENGTH = 32;

export function findSecretKey(library: pkcs11js.PKCS11, session: Buffer, name: SecretKeyName): Buffer | undefined {
	library.C_FindObjectsInit(session, [
		{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
		{ type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_AES },
		...nameTemplate(name),
	]);
	try {
		return library.C_FindObjects(session, 1)[0];
	} finally {
		library.C_FindObjectsFinal(session);
	}
}

/** A key of 256 bits on the token, for encryption alone; the session must be for writing. */
export function makeSecretKey(library: pkcs11js.PKCS11, session: Buffer, name: SecretKeyName): Buffer {
	return library.C_GenerateKey(session, { mechanism: pkcs11js.CKM_AES_KEY_GEN }, [
		{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_SECRET_KEY },
		{ type: pkcs11js.CKA_KEY_TYPE, value: pkcs11js.CKK_AES },
		{ type: pkcs11js.CKA_VALUE_LEN, value: KEY_LENGTH },
		{ type: pkcs11js.CKA_TOKEN, value: true },
		{ type: pkcs11js.CKA_PRIVATE, value: true },
		{ type: pkcs11js.CKA_SENSITIVE, value: true },
		{ type: pkcs11js.CKA_EXTRACTABLE, value: false },
		{ type: pkcs11js.CKA_ENCRYPT, value: true },
		{ type: pkcs11js.CKA_DECRYPT, value: true },
		...nameTemplate(name),
	]);
}

/** PKCS#11 v2.40 §2.12.3: the tag is the end of the ciphertext. */
export function aesGcm(
	library: pkcs11js.PKCS11,
	session: Buffer,
	work: {
		readonly key: Buffer;
		readonly direction: 'encrypt' | 'decrypt';
		readonly nonce: Uint8Array;
		readonly associated: Uint8Array;
		readonly data: Uint8Array;
	},
): Uint8Array {
	const parameter = {
		type: pkcs11js.CK_PARAMS_AES_GCM_v240,
		iv: Buffer.from(work.nonce),
		ivBits: work.nonce.length * 8,
		aad: Buffer.from(work.associated),
		tagBits: TAG_BITS,
	};
	const mechanism = { mechanism: pkcs11js.CKM_AES_GCM, parameter };
	const input = Buffer.from(work.data);
	const output = Buffer.alloc(input.length + TAG_BITS / 8 + 16);
	if (work.direction === 'encrypt') {
		library.C_EncryptInit(session, mechanism, work.key);
		return Uint8Array.from(library.C_Encrypt(session, input, output));
	}
	library.C_DecryptInit(session, mechanism, work.key);
	return Uint8Array.from(library.C_Decrypt(session, input, output));
}

const nameTemplate = ({ label, id }: SecretKeyName): pkcs11js.Template => [
	{ type: pkcs11js.CKA_LABEL, value: label },
	...(id === undefined ? [] : [{ type: pkcs11js.CKA_ID, value: Buffer.from(id, 'hex') }]),
];
