/**
 * A symmetric key that stays where it is, in a token or an HSM, and encrypts small values there: what guards other keys.
 * Made by whoever owns the driver.
 */
export interface SecretCipher {
	/** @param associated authenticated with the value, and to be given again. @throws {TokenError} */
	encrypt(data: Uint8Array, associated: Uint8Array): Promise<Uint8Array>;
	/** @throws {TokenError} where the key is another one, or value or associated data were changed. */
	decrypt(encrypted: Uint8Array, associated: Uint8Array): Promise<Uint8Array>;
}
