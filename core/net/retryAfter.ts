/**
 * Seconds to wait, from a `Retry-After` header in either spelling (RFC 9110 §10.2.3): a number, or a date.
 *
 * @returns undefined where the header is absent or unreadable; never negative.
 */
export function parseRetryAfter(header: string | undefined, now: Date): number | undefined {
	if (header === undefined) return undefined;
	const text = header.trim();
	if (/^\d{1,9}$/.test(text)) return Number(text);
	const date = Date.parse(text);
	return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now.getTime()) / 1000));
}
