/** The baseline: how many signatures a second the token gives to one bare thread. Run as a process; prints the rate. */
import pkcs11js from 'pkcs11js';

const [modulePath = '', label = '', pin = '', count = '1000'] = process.argv.slice(2);
const library = new pkcs11js.PKCS11();
library.load(modulePath);
library.C_Initialize({ flags: pkcs11js.CKF_OS_LOCKING_OK });
const slot = library
	.C_GetSlotList(true)
	.find((candidate) => library.C_GetTokenInfo(candidate).label.replace(/[\0 ]+$/, '') === label);
if (slot === undefined) throw new Error(`no token ${label}`);
const session = library.C_OpenSession(slot, pkcs11js.CKF_SERIAL_SESSION);
library.C_Login(session, pkcs11js.CKU_USER, pin);
library.C_FindObjectsInit(session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY }]);
const [key] = library.C_FindObjects(session, 1);
library.C_FindObjectsFinal(session);
if (key === undefined) throw new Error('no key');

const message = Buffer.alloc(300, 7);
const value = Buffer.alloc(1024);
const started = performance.now();
for (let i = 0; i < Number(count); i++) {
	library.C_SignInit(session, { mechanism: pkcs11js.CKM_SHA256_RSA_PKCS }, key);
	library.C_Sign(session, message, value);
}
console.log((Number(count) / (performance.now() - started)) * 1000);
library.C_Finalize();
