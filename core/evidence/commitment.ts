/**
 * Commitments to what is personal: the event keeps a digest that says nothing without the salt. With value and salt it can
 * be proved what it was; when both are erased, nobody can find out any more, and the chain still holds.
 */
import { createHmac, randomBytes } from 'node:crypto';

/** A value and the salt it was committed to with, 32 bytes in hex. */
export interface Opening {
	readonly value: string;
	readonly salt: string;
}

export const newOpening = (value: string): Opening => ({ value, salt: randomBytes(32).toString('hex') });

/** HMAC-SHA-256 with the salt as key: hiding while the salt is secret, and binding. */
export const commitmentOf = ({ value, salt }: Opening): string =>
	createHmac('sha256', Buffer.from(salt, 'hex')).update(value, 'utf8').digest('hex');
