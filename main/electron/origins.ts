/** The two origins under our own scheme: the window, and the page in which pdf.js runs, in another process. */
export const scheme = 'app';
export const windowOrigin = `${scheme}://window`;
export const frameOrigin = `${scheme}://frame`;

/** Custom schemes have the origin `null` to `URL`: it is put together again. */
export function originOf(address: string): string | undefined {
	const url = URL.parse(address);
	return url ? `${url.protocol}//${url.host}` : undefined;
}
