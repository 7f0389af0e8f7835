/** What names things in postings: UUIDs of version 7 (RFC 9562), made by whoever creates the thing, online or not. */

import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const uuid = z.uuidv7();

export const tenantId = uuid.brand<'TenantId'>();
export const userId = uuid.brand<'UserId'>();
export const postingId = uuid.brand<'PostingId'>();
export const documentId = uuid.brand<'DocumentId'>();
export const stepId = uuid.brand<'StepId'>();
export const signatoryId = uuid.brand<'SignatoryId'>();
export const signatureId = uuid.brand<'SignatureId'>();
export const opId = uuid.brand<'OpId'>();

export type TenantId = z.infer<typeof tenantId>;
export type UserId = z.infer<typeof userId>;
export type PostingId = z.infer<typeof postingId>;
export type DocumentId = z.infer<typeof documentId>;
export type StepId = z.infer<typeof stepId>;
export type SignatoryId = z.infer<typeof signatoryId>;
export type SignatureId = z.infer<typeof signatureId>;

/** SHA-256 of some bytes, lower-case hex: the name of a blob. */
export const sha256 = z
	.string()
	.regex(/^[0-9a-f]{64}$/)
	.brand<'Sha256'>();
export type Sha256 = z.infer<typeof sha256>;

/** A time in UTC with milliseconds: of one form, so that comparing the texts compares the times. */
export const instant = z.iso.datetime({ precision: 3 });
export type Instant = z.infer<typeof instant>;

export const toInstant = (date: Date): Instant => date.toISOString();

/** A new UUID of version 7 (RFC 9562 §5.7); the schema of the kind wanted gives it its brand: `postingId.parse(newUuid())`. */
export function newUuid(now: Date = new Date()): string {
	const bytes = randomBytes(16);
	bytes.writeUIntBE(now.getTime(), 0, 6);
	bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
	bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
	return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Arrays and objects that nobody writes to, all the way down. */
export type Immutable<T> = T extends string | number | boolean | null | undefined
	? T
	: { readonly [Key in keyof T]: Immutable<T[Key]> };
