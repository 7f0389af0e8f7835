/** Time-based one-time codes (RFC 6238, with HMAC-SHA-1 and six digits, which every authenticator knows). */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Seconds. */
const PERIOD = 30;
const DIGITS = 6;
/** Octets, RFC 4226 §4 R6. */
const SECRET = 20;

export const newTotpSecret = (): Buffer => randomBytes(SECRET);

export const totpStep = (now: Date): number => Math.floor(now.getTime() / 1000 / PERIOD);

/** RFC 4226 §5.3. */
export function totpCode(secret: Uint8Array, step: number): string {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(step));
	const digest = createHmac('sha1', secret).update(counter).digest();
	const offset = (digest.at(-1) ?? 0) & 0x0f;
	const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
	return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/**
 * The step of time that a code belongs to: the present one or a neighbour, for clocks that differ a little.
 *
 * @param used the last step that a code was taken for; nothing up to it counts again.
 */
export function matchingStep(secret: Uint8Array, code: string, now: Date, used: number): number | undefined {
	const present = totpStep(now);
	const given = Buffer.from(code.padEnd(DIGITS).slice(0, DIGITS), 'latin1');
	return [present - 1, present, present + 1]
		.filter((step) => step > used)
		.find((step) => timingSafeEqual(given, Buffer.from(totpCode(secret, step), 'latin1')));
}

/** For authenticators, as text or as a QR code: the de-facto format of Google Authenticator. */
export function totpUri(secret: Uint8Array, issuer: string, account: string): string {
	const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
	return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`;
}

/** RFC 4648 §6, without padding. */
export function base32(bytes: Uint8Array): string {
	const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
	const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
	return (bits.match(/.{1,5}/g) ?? []).map((group) => alphabet[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}
