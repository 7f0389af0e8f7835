import { ParaphError } from './errors.ts';

/** A place of the operating system for secrets of this user: Keychain, Credential Manager, Secret Service. */
export interface Keystore {
	/** @throws {KeystoreError} when it cannot be asked. */
	get(name: string): Promise<Uint8Array | undefined>;
	/** @throws {KeystoreError} when it keeps nothing. */
	put(name: string, secret: Uint8Array): Promise<void>;
	/** What is not there is not missed. @throws {KeystoreError} */
	remove(name: string): Promise<void>;
}

export type KeystoreErrorCode = 'keystore-unavailable' | 'store-key-missing' | 'store-key-unreadable';

/** A secret of this machine cannot be had. */
export class KeystoreError extends ParaphError {
	readonly code: KeystoreErrorCode;

	constructor(
		code: KeystoreErrorCode,
		message: string,
		options: { hint: string; subject?: string | undefined; cause?: unknown },
	) {
		super(message, options);
		this.code = code;
	}
}
