import type { AsyncEntry } from '@napi-rs/keyring';
import { type Keystore, KeystoreError } from '../core/ports/keystore.ts';

const SERVICE = 'Paraph';

/** Longer than this nobody waits for a keyring that hangs; someone who types its password is given the time. */
const PATIENCE = 120_000;

/**
 * The keyring of the operating system, the same for both hosts and the command line.
 *
 * On Linux the Secret Service alone: the kernel's keyring, which the library would fall back to, forgets at the next start.
 */
export class OsKeyring implements Keystore {
	async get(name: string): Promise<Uint8Array | undefined> {
		const secret = await asked((entry, signal) => entry.getSecret(signal), name);
		return secret === null ? undefined : Uint8Array.from(secret);
	}

	async put(name: string, secret: Uint8Array): Promise<void> {
		await asked((entry, signal) => entry.setSecret(secret, signal), name);
	}

	async remove(name: string): Promise<void> {
		await asked((entry, signal) => entry.deleteCredential(signal), name);
	}
}

async function asked<Answer>(
	question: (entry: AsyncEntry, signal: AbortSignal) => Promise<Answer>,
	name: string,
): Promise<Answer> {
	try {
		// On demand: a library of 3 MB that most commands do not need.
		const { AsyncEntry } = await import('@napi-rs/keyring');
		const entry = new AsyncEntry(SERVICE, name, { linux: { store: 'secret-service' } });
		return await question(entry, AbortSignal.timeout(PATIENCE));
	} catch (cause) {
		throw new KeystoreError('keystore-unavailable', "The system's keyring does not answer.", {
			hint: 'Unlock the keyring (on Linux: start a Secret Service such as gnome-keyring or KWallet).',
			cause,
		});
	}
}
