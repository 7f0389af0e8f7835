/** Numbers of PKCS#11 v2.40/v3.0 that Paraph speaks of outside the process of a module. */

/** CKM_… */
export const Mechanism = {
	rsaPkcs: 0x01,
	rsaPkcsPss: 0x0d,
	sha256RsaPkcs: 0x40,
	sha384RsaPkcs: 0x41,
	sha512RsaPkcs: 0x42,
	sha256RsaPkcsPss: 0x43,
	sha384RsaPkcsPss: 0x44,
	sha512RsaPkcsPss: 0x45,
	sha256: 0x250,
	sha384: 0x260,
	sha512: 0x270,
	ecdsa: 0x1041,
	ecdsaSha256: 0x1044,
	ecdsaSha384: 0x1045,
	ecdsaSha512: 0x1046,
	eddsa: 0x1057,
} as const;

/** CKG_MGF1_… */
export const Mgf = { sha256: 2, sha384: 3, sha512: 4 } as const;

/** CKK_… */
export const KeyType = { rsa: 0, ec: 3, edwards: 0x40 } as const;

/** CKF_… of CK_SLOT_INFO. */
export const SlotFlag = { tokenPresent: 0x1, removableDevice: 0x2 } as const;

/** CKF_… of CK_TOKEN_INFO. */
export const TokenFlag = {
	loginRequired: 0x4,
	userPinInitialized: 0x8,
	protectedAuthenticationPath: 0x100,
	tokenInitialized: 0x400,
	userPinCountLow: 0x10000,
	userPinFinalTry: 0x20000,
	userPinLocked: 0x40000,
	userPinToBeChanged: 0x80000,
} as const;

/** CKR_… */
export const Cryptoki = {
	slotIdInvalid: 0x03,
	generalError: 0x05,
	functionFailed: 0x06,
	argumentsBad: 0x07,
	cantLock: 0x0a,
	needToCreateThreads: 0x09,
	deviceError: 0x30,
	deviceMemory: 0x31,
	deviceRemoved: 0x32,
	functionCanceled: 0x50,
	functionNotSupported: 0x54,
	keyHandleInvalid: 0x60,
	keySizeRange: 0x62,
	keyTypeInconsistent: 0x63,
	keyFunctionNotPermitted: 0x68,
	mechanismInvalid: 0x70,
	mechanismParamInvalid: 0x71,
	objectHandleInvalid: 0x82,
	pinIncorrect: 0xa0,
	pinInvalid: 0xa1,
	pinLenRange: 0xa2,
	pinExpired: 0xa3,
	pinLocked: 0xa4,
	sessionClosed: 0xb0,
	sessionCount: 0xb1,
	sessionHandleInvalid: 0xb3,
	tokenNotPresent: 0xe0,
	tokenNotRecognized: 0xe1,
	userAlreadyLoggedIn: 0x100,
	userNotLoggedIn: 0x101,
	userPinNotInitialized: 0x102,
	userAnotherAlreadyLoggedIn: 0x104,
	cryptokiAlreadyInitialized: 0x191,
} as const;
