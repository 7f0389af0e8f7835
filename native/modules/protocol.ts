/**
 * What passes between Paraph and the process in which a PKCS#11 module lives: the one list, for both ends.
 *
 * Values are plain and may be cloned; handles stay in the process that owns them and cross as hex.
 */

/** Every call, its arguments and its answer. */
export interface ModuleCalls {
	/** Loads the library and initialises it. Must be the first. */
	load: { arguments: { readonly path: string }; answer: ModuleInfo };
	/** All slots, with their tokens where there are any. */
	slots: { arguments: Record<never, never>; answer: readonly SlotSnapshot[] };
	/** Which slots hold a token. Asks no card, so it may be called while another process signs with it. */
	presence: { arguments: Record<never, never>; answer: readonly { readonly slot: SlotId; readonly token: boolean }[] };
	/** Certificates and keys to be seen in the slot as it is: without a login, the public ones. */
	objects: { arguments: { readonly slot: SlotId }; answer: TokenObjects };
	/** C_Login as user; without a PIN the reader's own pad asks. */
	login: { arguments: { readonly slot: SlotId; readonly pin: string | undefined }; answer: null };
	/** C_SignInit and C_Sign, between them the context-specific login where the key wants one. */
	sign: {
		arguments: {
			readonly slot: SlotId;
			readonly key: ObjectHandle;
			readonly mechanism: MechanismCall;
			readonly data: Uint8Array;
			/** For a key with CKA_ALWAYS_AUTHENTICATE; `pad` where the reader asks. */
			readonly authenticate: { readonly pin: string } | 'pad' | undefined;
		};
		answer: Uint8Array;
	};
	/** C_SetPIN, by the user, who knows the old one. */
	changePin: {
		arguments: { readonly slot: SlotId; readonly pin: string; readonly newPin: string };
		answer: null;
	};
	/** C_Login as security officer (the PUK, on most cards) and C_InitPIN. */
	unblock: {
		arguments: { readonly slot: SlotId; readonly puk: string; readonly newPin: string };
		answer: null;
	};
	/** An AES-256 key by its label and CKA_ID, where given; made in the token where there is none. After a login. */
	secretKey: {
		arguments: { readonly slot: SlotId; readonly label: string; readonly id: string | undefined };
		answer: ObjectHandle;
	};
	/** C_Encrypt or C_Decrypt with CKM_AES_GCM, a tag of 16 octets behind the ciphertext. */
	aesGcm: {
		arguments: {
			readonly slot: SlotId;
			readonly key: ObjectHandle;
			readonly direction: 'encrypt' | 'decrypt';
			/** 12 octets. */
			readonly nonce: Uint8Array;
			readonly associated: Uint8Array;
			readonly data: Uint8Array;
		};
		answer: Uint8Array;
	};
	/** Logs out, closes the sessions and finalises the module: a card must not stay unlocked for the next program. */
	close: { arguments: Record<never, never>; answer: null };
}

export type ModuleCallKind = keyof ModuleCalls;

/** CK_SLOT_ID. */
export type SlotId = number;
/** CK_OBJECT_HANDLE as hex, valid in one process until its session ends. */
export type ObjectHandle = string;

export interface MechanismCall {
	/** CKM_… */
	readonly mechanism: number;
	/** CK_RSA_PKCS_PSS_PARAMS. */
	readonly pss?: { readonly hash: number; readonly mgf: number; readonly saltLength: number } | undefined;
	/** With CK_EDDSA_PARAMS for the pure form without context, which Ed448 needs. */
	readonly eddsa?: true | undefined;
}

export interface ModuleInfo {
	readonly path: string;
	readonly manufacturer: string;
	readonly description: string;
	/** `major.minor` of the library. */
	readonly version: string;
	readonly cryptokiVersion: string;
}

export interface SlotSnapshot {
	readonly id: SlotId;
	readonly description: string;
	readonly manufacturer: string;
	readonly removable: boolean;
	readonly token: TokenSnapshot | undefined;
	/** Why the token in the slot could not be asked. */
	readonly fault: Fault | undefined;
}

export interface TokenSnapshot {
	readonly label: string;
	readonly manufacturer: string;
	readonly model: string;
	readonly serial: string;
	/** CKF_… of CK_TOKEN_INFO. */
	readonly flags: number;
	readonly minimumPinLength: number;
	readonly maximumPinLength: number;
	readonly firmwareVersion: string;
	/** CKM_… of those that sign. */
	readonly mechanisms: readonly number[];
}

export interface TokenObjects {
	readonly certificates: readonly CertificateObject[];
	readonly privateKeys: readonly KeyObject[];
	readonly publicKeys: readonly KeyObject[];
}

export interface CertificateObject {
	readonly label: string;
	/** CKA_ID as hex; empty where there is none. */
	readonly id: string;
	/** DER. */
	readonly value: Uint8Array;
}

export interface KeyObject {
	readonly handle: ObjectHandle;
	readonly label: string;
	/** CKA_ID as hex; empty where there is none. */
	readonly id: string;
	/** CKK_… */
	readonly keyType: number;
	/** CKA_SIGN; a driver that does not say is taken to allow it. */
	readonly maySign: boolean;
	readonly alwaysAuthenticate: boolean;
	/**
	 * CKA_MODULUS or CKA_EC_POINT as hex, as the driver has it: with leading zeros or not, the point inside an OCTET
	 * STRING or bare. Empty where it is not shown.
	 */
	readonly publicValue: string;
}

/** Why a call failed, as the process saw it; `moduleFault.ts` says what that means to a person. */
export type Fault =
	| { readonly kind: 'cryptoki'; readonly code: number; readonly name: string; readonly function: string }
	| { readonly kind: 'load'; readonly message: string }
	| { readonly kind: 'internal'; readonly message: string };

export type ModuleRequest = {
	[K in ModuleCallKind]: { readonly id: number; readonly call: K; readonly arguments: ModuleCalls[K]['arguments'] };
}[ModuleCallKind];

export type ModuleResponse =
	| { readonly id: number; readonly answer: ModuleCalls[ModuleCallKind]['answer'] }
	| { readonly id: number; readonly fault: Fault };
