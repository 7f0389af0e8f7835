/**
 * Signatures that a key gave and no file holds yet: written down as soon as they come, so that a run that breaks off before
 * a file is written need not ask the key for it again.
 */
import { checkSignature } from '../pades/embed.ts';
import { SigningError } from '../pades/signingError.ts';
import type { Signer } from '../ports/signer.ts';
import type { Journal } from './journal.ts';
import type { GivenSignature, JournalKey } from './journalEntry.ts';
import { SignerWith } from './signerWith.ts';

/** @param prepared what the bytes that are signed depend on. */
export const remembering = (
	signer: Signer,
	journal: Journal,
	key: JournalKey,
	prepared: Omit<GivenSignature, 'value'>,
): Signer =>
	new SignerWith(signer, async (message, algorithm, signal) => {
		const value = await signer.sign(message, algorithm, signal);
		journal.keepGiven(key, { ...prepared, value });
		return value;
	});

/**
 * Gives what the key gave before, and asks it for nothing.
 *
 * `sign` throws {SigningError} `signature-invalid` where the bytes to be signed are others by now.
 */
export const recalling = (signer: Signer, { value }: GivenSignature): Signer =>
	new SignerWith(signer, async (message, algorithm) => {
		checkSignature({ certificate: signer.certificate, algorithm, signedAttributes: message }, value);
		return value;
	});

export const isAnother = (error: unknown): boolean =>
	error instanceof SigningError && error.code === 'signature-invalid';
