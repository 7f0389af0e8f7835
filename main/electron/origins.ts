/** The two origins under our own scheme: the window, and the page in which pdf.js runs, in another process. */
export const scheme = 'app';
export const windowOrigin = `${scheme}://window`;
export const frameOrigin = `${scheme}://frame`;

/** Scheme and host; `URL.origin` is `null` for custom schemes in some engines. `undefined` for what is no address. */
export function originOf(address: string): string | undefined {
	if (!URL.canParse(address)) return undefined;
	const { protocol, host } = new URL(address);
	return `${protocol}//${host}`;
}
