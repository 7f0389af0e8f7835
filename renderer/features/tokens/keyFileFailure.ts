import type { Failure, Identity } from '../../../preload/contract.ts';

/** A key file has a password and counts no tries: what is said of a PIN does not fit it. */
export const keyFileFailure = (failure: Failure, holder: Identity['holder'] | undefined): Failure =>
	holder === 'file' && failure.code === 'pin-incorrect' ? { ...failure, code: 'password-incorrect' } : failure;
