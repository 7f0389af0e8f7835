/** Where the makers of cards, tokens and HSMs install their PKCS#11 libraries. */

/** Where distributions put libraries; `{lib}` in the paths below stands for each of them. */
export const linuxFolders = [
	'/usr/lib/x86_64-linux-gnu',
	'/usr/lib/aarch64-linux-gnu',
	'/usr/lib64',
	'/usr/lib',
	'/usr/local/lib',
	'/usr/local/lib64',
];

export const knownDrivers: Readonly<Record<string, readonly string[]>> = {
	linux: [
		// OpenSC
		'{lib}/opensc-pkcs11.so',
		'{lib}/pkcs11/opensc-pkcs11.so',
		// YubiKey
		'{lib}/libykcs11.so',
		// SafeNet eToken, Thales IDPrime
		'{lib}/libeToken.so',
		'{lib}/libeTPkcs11.so',
		'{lib}/libIDPrimePKCS11.so',
		'{lib}/pkcs11/libIDPrimePKCS11.so',
		// Bit4id, Charismathics, IDEMIA AWP, Net iD, Athena
		'{lib}/bit4id/libbit4xpki.so',
		'{lib}/libbit4xpki.so',
		'{lib}/libcmP11.so',
		'/usr/local/AWP/lib/libOcsCryptoki.so',
		'{lib}/libiidp11.so',
		'{lib}/personal/libtokenapi.so',
		'{lib}/libASEP11.so',
		// Belgium, Portugal, Spain, Latvia, Lithuania, Slovakia, Czechia, Poland
		'{lib}/libbeidpkcs11.so.0',
		'{lib}/libpteidpkcs11.so',
		'{lib}/libpkcs11-dnie.so',
		'{lib}/otlv-pkcs11.so',
		'{lib}/pkcs11/otlv-pkcs11.so',
		'/opt/latvia-eid/lib/otlv-pkcs11.so',
		'/usr/lib/ccs/libccpkip11.so',
		'/usr/lib/eID_klient/libpkcs11_x64.so',
		'/usr/lib/eac_mw_klient/libpkcs11_x64.so',
		'{lib}/pkcs11/libICASecureStorePkcs11.so',
		'{lib}/libproidqcm11.so',
		'{lib}/libcryptoCertum3PKCS.so',
		// Rutoken, JaCarta
		'{lib}/librtpkcs11ecp.so',
		'{lib}/libjcPKCS11-2.so',
		// HSMs: Thales Luna, Entrust nShield, AWS CloudHSM
		'/usr/safenet/lunaclient/lib/libCryptoki2_64.so',
		'/opt/nfast/toolkits/pkcs11/libcknfast.so',
		'/opt/cloudhsm/lib/libcloudhsm_pkcs11.so',
	],
	darwin: [
		'/Library/OpenSC/lib/opensc-pkcs11.so',
		'/opt/homebrew/lib/opensc-pkcs11.so',
		'/usr/local/lib/opensc-pkcs11.so',
		'/opt/homebrew/lib/libykcs11.dylib',
		'/usr/local/lib/libykcs11.dylib',
		'/usr/local/lib/libeTPkcs11.dylib',
		'/Library/Frameworks/eToken.framework/Versions/Current/libeToken.dylib',
		'/usr/local/lib/libIDPrimePKCS11.dylib',
		'/Library/bit4id/pkcs11/libbit4xpki.dylib',
		'/Library/AWP/lib/libOcsCryptoki.dylib',
		'/Library/Belgium Identity Card/Pkcs11/libbeidpkcs11.dylib',
		'/usr/local/lib/beid-pkcs11.bundle/Contents/MacOS/libbeidpkcs11.dylib',
		'/usr/local/lib/libpteidpkcs11.dylib',
		'/Library/latvia-eid/lib/otlv-pkcs11.so',
		'/Library/mPolluxDigiSign/libcryptoki.dylib',
		'/Library/PWPW-Card/pwpw-card-pkcs11.so',
		'/Applications/eID_klient.app/Contents/Frameworks/libPkcs11.dylib',
		'/usr/local/lib/pkcs11/libICASecureStorePkcs11.dylib',
	],
	win32: [
		'C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll',
		'C:\\Program Files\\Yubico\\Yubico PIV Tool\\bin\\libykcs11.dll',
		'C:\\Windows\\System32\\eTPKCS11.dll',
		'C:\\Program Files\\Gemalto\\IDGo 800 PKCS#11\\IDPrimePKCS1164.dll',
		'C:\\Windows\\System32\\bit4xpki.dll',
		'C:\\Windows\\System32\\cmP1164.dll',
		'C:\\Windows\\System32\\OcsCryptoki.dll',
		'C:\\Windows\\System32\\beidpkcs11.dll',
		'C:\\Windows\\System32\\pteidpkcs11.dll',
		'C:\\Windows\\System32\\otlvp11.dll',
		'C:\\Program Files\\PWPW\\pwpw-card-pkcs11.dll',
		'C:\\Program Files\\ENCARD\\enigmap11-x64.dll',
		'C:\\Windows\\System32\\SimplySignPKCS.dll',
		'C:\\Program Files\\Certum\\SimplySign Desktop\\proCertum SmartSign\\cryptoCertum3PKCS.dll',
		'C:\\Windows\\System32\\jcPKCS11-2.dll',
	],
};

export const softHsm: Readonly<Record<string, readonly string[]>> = {
	linux: ['{lib}/softhsm/libsofthsm2.so', '{lib}/pkcs11/libsofthsm2.so', '{lib}/libsofthsm2.so'],
	darwin: ['/opt/homebrew/lib/softhsm/libsofthsm2.so', '/usr/local/lib/softhsm/libsofthsm2.so'],
	win32: ['C:\\SoftHSM2\\lib\\softhsm2-x64.dll'],
};

export const p11KitClient = ['{lib}/pkcs11/p11-kit-client.so'];
/** All modules that p11-kit knows, in one. */
export const p11KitProxy = ['{lib}/p11-kit-proxy.so'];
